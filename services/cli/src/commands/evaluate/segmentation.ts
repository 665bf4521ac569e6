import { evaluateSegments, type SegmentResult, type SegmentTally, tallySegments } from '@gigascope/findings';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, type Outcome, positive, requireArgument } from '../../command.ts';
import { describeFigure, figureJson } from './figures.ts';
import { loadGroups } from './load-groups.ts';
import { findSegments, readPair } from './load-segments.ts';
import { runSegmenter } from './run-segmenter.ts';

interface SegmentationOptions {
  readonly truth?: string;
  readonly segments?: string;
  readonly model?: string;
  readonly dataset?: readonly string[];
  readonly imageMpp?: number;
  readonly only?: readonly string[];
  readonly objects?: boolean;
  readonly groups?: string;
}

export const segmentationCommand: CommandFactory = (run) =>
  newCommand('segmentation', 'Dice, IoU and, for objects, the aggregated Jaccard index, with bootstrap intervals.')
    .option(
      '--truth <dir>',
      'masks or label images (PNG, TIFF), GeoJSON, or folders NAME/masks with one mask an object, by image name',
    )
    .option('--segments <dir>', 'what was found, in the same forms; or a folder of analyses')
    .option('--model <id>', 'run this segmenting model on the pictures instead of reading segments')
    .option('--dataset <kind-and-dir...>', 'labelled pictures: dsbowl DIR, folders NAME/images and NAME/masks')
    .option('--image-mpp <um>', 'µm per pixel of the pictures (default: the model’s)', positive)
    .option('--only <group...>', 'images of these groups only, such as those that training did not see')
    .option('--objects', 'judge single objects such as nuclei too, by the aggregated Jaccard index')
    .option('--groups <csv>', 'image and its group (patient, slide, mosaic), resampled whole; with a header')
    .action((options: SegmentationOptions, command: Command) => run(command, () => evaluateFolders(options)));

async function evaluateFolders(options: SegmentationOptions): Promise<Outcome> {
  const { segments, model, objects = false, groups } = options;
  requireArgument((segments === undefined) !== (model === undefined), 'give either --segments or --model');
  const all = await findSegments(truthOf(options));
  const groupOf = await loadGroups(groups, all.keys());
  const labelled = keepGroups(all, groupOf, options.only);
  const readFound =
    model === undefined
      ? await storedSegments(segments ?? '', all)
      : await modelSegments(model, labelled, options.imageMpp);
  const tallies: SegmentTally[] = [];
  for (const [name, source] of labelled) {
    const pair = await readFound(name, source);
    const { width, height } = pair.truth;
    requireArgument(
      pair.found.width === width && pair.found.height === height,
      `the truth of ${name} is ${width} × ${height} px and its segments are ${pair.found.width} × ${pair.found.height} px`,
    );
    tallies.push(tallySegments(pair.truth, pair.found, groupOf.get(name)));
  }
  const result = evaluateSegments(tallies);
  const missing = readFound.missing;
  return { json: toJson(result, objects, missing), text: describe(result, objects, missing) };
}

type Sources = Awaited<ReturnType<typeof findSegments>>;
type Source = Sources extends ReadonlyMap<string, infer S> ? S : never;
/** Gives truth and segments of one image; `missing` images have none. */
type ReadFound = ((name: string, truth: Source) => ReturnType<typeof readPair>) & { readonly missing: number };

async function storedSegments(folder: string, labelled: Sources): Promise<ReadFound> {
  const found = await findSegments(folder);
  const stranger = [...found.keys()].find((name) => !labelled.has(name));
  requireArgument(stranger === undefined, `there are segments of the image ${stranger}, which the truth does not hold`);
  const read = (name: string, truth: Source) => readPair(truth, found.get(name));
  return Object.assign(read, { missing: labelled.size - found.size });
}

async function modelSegments(model: string, labelled: Sources, imageMpp: number | undefined): Promise<ReadFound> {
  const pictures = new Map<string, string>();
  for (const [name, source] of labelled) {
    const path = source.kind === 'objects' ? source.imagePath : null;
    requireArgument(path !== null, `the truth does not say where the picture ${name} is`);
    pictures.set(name, path);
  }
  const found = await runSegmenter(model, pictures, imageMpp);
  const read = async (name: string, source: Source) => {
    const { truth } = await readPair(source, undefined);
    return { truth, found: found.get(name) ?? truth };
  };
  return Object.assign(read, { missing: 0 });
}

function keepGroups(all: Sources, groupOf: ReadonlyMap<string, string>, only: readonly string[] | undefined): Sources {
  if (only === undefined) return all;
  requireArgument(groupOf.size > 0, '--only names groups; give them with --groups FILE');
  const kept = new Map([...all].filter(([name]) => only.includes(groupOf.get(name) ?? '')));
  requireArgument(kept.size > 0, `no image is of the groups ${only.join(', ')}`);
  return kept;
}

function truthOf({ truth, dataset }: SegmentationOptions): string {
  if (dataset === undefined) {
    requireArgument(truth !== undefined, 'give the true segments: --truth DIR, or --dataset dsbowl DIR');
    return truth;
  }
  const [kind, folder] = dataset;
  requireArgument(truth === undefined, 'give either --truth or --dataset');
  requireArgument(kind === 'dsbowl' && folder !== undefined, '--dataset takes: dsbowl DIR');
  return folder;
}

function toJson(result: SegmentResult, objects: boolean, missing: number): object {
  return {
    dice: figureJson(result.dice),
    iou: figureJson(result.iou),
    diceMean: figureJson(result.diceMean),
    iouMean: figureJson(result.iouMean),
    ...(objects && {
      aji: figureJson(result.aji),
      ajiMean: figureJson(result.ajiMean),
      objects: result.objects,
      found: result.found,
    }),
    images: result.images,
    groups: result.groups,
    missing,
  };
}

function describe(result: SegmentResult, objects: boolean, missing: number): string {
  return [
    `Dice  ${describeFigure(result.dice)}  of all pixels together`,
    `Dice  ${describeFigure(result.diceMean)}  mean over images`,
    `IoU   ${describeFigure(result.iou)}  of all pixels together`,
    `IoU   ${describeFigure(result.iouMean)}  mean over images`,
    ...(objects
      ? [
          `AJI   ${describeFigure(result.aji)}  of all objects together`,
          `AJI   ${describeFigure(result.ajiMean)}  mean over images`,
          `${result.objects} true objects, ${result.found} found`,
        ]
      : []),
    `${result.images} images in ${result.groups} groups`,
    ...(missing === 0 ? [] : [`images without segments: ${missing}`]),
    '',
  ].join('\n');
}
