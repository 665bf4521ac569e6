import { evaluateSegments, type SegmentResult, type SegmentTally, tallySegments } from '@gigascope/findings';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, type Outcome, requireArgument } from '../../command.ts';
import { describeFigure, figureJson } from './figures.ts';
import { loadGroups } from './load-groups.ts';
import { findSegments, readPair } from './load-segments.ts';

interface SegmentationOptions {
  readonly truth: string;
  readonly segments: string;
  readonly objects?: boolean;
  readonly groups?: string;
}

export const segmentationCommand: CommandFactory = (run) =>
  newCommand('segmentation', 'Dice, IoU and, for objects, the aggregated Jaccard index, with bootstrap intervals.')
    .requiredOption(
      '--truth <dir>',
      'masks or label images (PNG, TIFF), GeoJSON, or folders NAME/masks with one mask an object, by image name',
    )
    .requiredOption('--segments <dir>', 'what was found, in the same forms; or a folder of analyses')
    .option('--objects', 'judge single objects such as nuclei too, by the aggregated Jaccard index')
    .option('--groups <csv>', 'image and its group (patient, slide, mosaic), resampled whole; with a header')
    .action((options: SegmentationOptions, command: Command) => run(command, () => evaluateFolders(options)));

async function evaluateFolders({ truth, segments, objects = false, groups }: SegmentationOptions): Promise<Outcome> {
  const [labelled, found] = [await findSegments(truth), await findSegments(segments)];
  const stranger = [...found.keys()].find((name) => !labelled.has(name));
  requireArgument(stranger === undefined, `there are segments of the image ${stranger}, which the truth does not hold`);
  const groupOf = await loadGroups(groups, labelled.keys());
  const tallies: SegmentTally[] = [];
  for (const [name, source] of labelled) {
    const pair = await readPair(source, found.get(name));
    const { width, height } = pair.truth;
    requireArgument(
      pair.found.width === width && pair.found.height === height,
      `the truth of ${name} is ${width} × ${height} px and its segments are ${pair.found.width} × ${pair.found.height} px`,
    );
    tallies.push(tallySegments(pair.truth, pair.found, groupOf.get(name)));
  }
  const result = evaluateSegments(tallies);
  const missing = labelled.size - found.size;
  return { json: toJson(result, objects, missing), text: describe(result, objects, missing) };
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
