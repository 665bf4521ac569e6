import { type DetectionImage, type DetectionResult, evaluateDetections } from '@gigascope/findings';
import type { Command } from 'commander';
import { z } from 'zod';
import { type CommandFactory, newCommand, type Outcome, parsedBy, positive, requireArgument } from '../../command.ts';
import { describeFigure, describeNumber, figureJson } from './figures.ts';
import type { BoxedImage, BoxSet } from './formats/box-set.ts';
import { loadBoxes } from './load-boxes.ts';
import { loadGroups } from './load-groups.ts';
import { runDetector } from './run-detector.ts';

interface DetectionOptions {
  readonly truth?: string;
  readonly detections?: string;
  readonly model?: string;
  readonly dataset?: readonly string[];
  readonly imageMpp?: number;
  readonly split?: string;
  readonly iou: number;
  readonly threshold: number;
  readonly groups?: string;
}

const SOURCES = 'COCO JSON, GeoJSON, CSV, Pascal VOC, or a folder with one of them for each image';

export const detectionCommand: CommandFactory = (run) =>
  newCommand('detection', 'Average precision and F1 of boxes, with bootstrap intervals over images.')
    .option('--truth <path>', `true boxes: ${SOURCES}`)
    .option('--detections <path>', 'found boxes with a probability, in the same forms; or a folder of analyses')
    .option('--model <id>', 'run this detecting model on the pictures instead of reading detections')
    .option('--dataset <kind-and-path...>', 'labelled pictures: voc DIR, or coco FILE')
    .option('--image-mpp <um>', 'µm per pixel of the pictures (default: the model’s)', positive)
    .option('--split <name>', 'the images of this list in the Pascal VOC folder’s ImageSets/Main')
    .option('--iou <share>', 'overlap from which a box hits an object', parsedBy(z.coerce.number().gt(0).max(1)), 0.5)
    .option('--threshold <p>', 'probability from which a box counts for F1', parsedBy(z.coerce.number()), 0.5)
    .option('--groups <csv>', 'image and its group (patient, slide), resampled whole; with a header')
    .action((options: DetectionOptions, command: Command) => run(command, () => evaluateFiles(options)));

async function evaluateFiles(options: DetectionOptions): Promise<Outcome> {
  const { detections, model, split, iou, threshold, groups, imageMpp } = options;
  requireArgument((detections === undefined) !== (model === undefined), 'give either --detections or --model');
  const labelled = await loadBoxes(truthOf(options), { split });
  const found =
    model === undefined
      ? await loadBoxes(detections ?? '', { coco: labelled.coco })
      : await runDetector(model, labelled, imageMpp);
  const names = labelled.images.map(({ name }) => name);
  const paired = pairImages(labelled, found, await loadGroups(groups, names));
  const result = evaluateDetections(paired, { iou, threshold });
  const missing = paired.filter((image) => image.detections.length === 0).length;
  const { ap, apMean, f1, precision, recall, ...counts } = result;
  return {
    json: {
      ...counts,
      ap: figureJson(ap),
      apMean: figureJson(apMean),
      f1: figureJson(f1),
      precision: figureJson(precision),
      recall: figureJson(recall),
      missing,
      skipped: labelled.skipped,
    },
    text: describe(result, missing, labelled),
  };
}

/** Both forms name the same; a data set says what it is, so that another is not taken for it. */
function truthOf({ truth, dataset }: DetectionOptions): string {
  if (dataset === undefined) {
    requireArgument(truth !== undefined, 'give the true boxes: --truth PATH, or --dataset voc DIR');
    return truth;
  }
  const [kind, path] = dataset;
  requireArgument(truth === undefined, 'give either --truth or --dataset');
  requireArgument((kind === 'voc' || kind === 'coco') && path !== undefined, '--dataset takes: voc DIR, or coco FILE');
  return path;
}

/** By name; two files of one image each are compared whatever they are called. */
function pairImages(truth: BoxSet, found: BoxSet, groups: ReadonlyMap<string, string>): DetectionImage[] {
  const [only] = truth.images.length === 1 && found.images.length === 1 && found.isUnnamed === true ? found.images : [];
  const known = new Set(truth.images.map(({ name }) => name));
  const stranger = found.images.find((image) => image !== only && !known.has(image.name));
  requireArgument(
    stranger === undefined,
    `there are detections of the image ${stranger?.name}, which the truth does not hold`,
  );
  const foundOf = new Map(found.images.map((image) => [image.name, image]));
  return truth.images.map(({ name, boxes }) => ({
    truth: boxes,
    detections: scoredBoxes(only ?? foundOf.get(name)),
    group: groups.get(name),
  }));
}

function scoredBoxes(image: BoxedImage | undefined): DetectionImage['detections'] {
  return (image?.boxes ?? []).map(({ probability, ...box }) => {
    requireArgument(probability !== null, `a detection of the image ${image?.name} has no probability`);
    return { ...box, probability };
  });
}

function describe(result: DetectionResult, missing: number, { skipped }: BoxSet): string {
  const { iou, threshold, classes } = result;
  const width = Math.max(...classes.map((one) => one.class.length));
  return [
    `${`AP at IoU ${iou}`.padEnd(23)}${describeFigure(result.ap)}`,
    `AP at IoU 0.5 to 0.95  ${describeFigure(result.apMean)}`,
    `${`F1 from ${threshold} on`.padEnd(23)}${describeFigure(result.f1)}`,
    `precision              ${describeFigure(result.precision)}`,
    `recall                 ${describeFigure(result.recall)}`,
    ...classes.map(
      (one) =>
        `  ${one.class.padEnd(width)}  AP ${describeNumber(one.ap)}  ${describeNumber(one.apMean)}  ` +
        `${one.objects} objects, ${one.detections} detections`,
    ),
    `${result.objects} objects and ${result.detections} detections in ${result.images} images`,
    ...(missing === 0 ? [] : [`images without detections: ${missing}`]),
    ...(skipped.broken === 0 ? [] : [`true boxes without area, left out: ${skipped.broken}`]),
    ...(skipped.crowds === 0 ? [] : [`crowd regions, left out: ${skipped.crowds}`]),
    '',
  ].join('\n');
}
