import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestOf } from '@gigascope/contracts';
import { ARCHITECTURES, type DraftOf, sealBundle, writeBundle } from '@gigascope/models';
import { encodeModel } from '../../../packages/models/src/onnx/model-file.ts';
import { draftOf, smallInception } from './small-classifier.ts';

const { nmsRadiusUm: _radius, positiveClass: _positive, ...SHARED } = draftOf(64, ['normal', 'tumour']);

function built(name: string, options: object): Uint8Array {
  const architecture = ARCHITECTURES[name];
  if (architecture === undefined) throw new Error(`no architecture ${name}`);
  return encodeModel(architecture(options).model);
}

/** A padded U-Net on windows of 64 px every 48, untrained and narrow. */
export const SEGMENT: DraftOf<'segment'> = {
  ...SHARED,
  task: 'segment',
  name: 'tiny-segment',
  architecture: 'u-net-same',
  classes: ['background', 'nucleus', 'other'],
  stridePx: 48,
  outputSizePx: 64,
  merge: 'blend',
  simplifyUm: 0,
  minAreaUm2: 0,
  growPx: 2,
  objects: true,
};

/** A Faster R-CNN on windows of 128 px every 64, untrained and narrow; at most 25 boxes a window. */
export const DETECT: DraftOf<'detect'> = {
  ...SHARED,
  task: 'detect',
  name: 'tiny-detect',
  architecture: 'faster-rcnn-resnet-18-fpn',
  classes: ['positive', 'negative'],
  output: { name: 'detections', meaning: 'boxes' },
  patchSizePx: 128,
  stridePx: 64,
  threshold: 0.2,
  nmsIou: 0.5,
  exclusive: true,
  maxObjectPx: 64,
  marginPx: 16,
  maxPerPatch: 25,
};

/** Inception on patches of 75 px every 32. */
export const CLASSIFY: DraftOf<'classify'> = {
  ...draftOf(75, ['normal', 'odd', 'tumour']),
  name: 'tiny-classify',
  positiveClass: 'tumour',
};

export const segmentModel = (seed = 3): Uint8Array =>
  built('u-net-same', { classes: 3, inputSizePx: 64, width: 1 / 32, minChannels: 2, seed });

const detectModel = (): Uint8Array =>
  built('faster-rcnn-resnet-18-fpn', {
    ...{ classes: 2, inputSizePx: 128, width: 1 / 16, fpnChannels: 8, headChannels: 16, seed: 4 },
    ...{ anchorSizesPx: [12.5, 20, 32, 50, 64], preNms: 60, postNms: 40, maxDetections: 25, exclusive: true },
  });

export async function writeSegmentBundle(folder: string): Promise<void> {
  await writeBundle(folder, { draft: SEGMENT, model: segmentModel() });
}

export async function writeDetectBundle(folder: string): Promise<void> {
  await writeBundle(folder, { draft: DETECT, model: detectModel() });
}

export async function writeClassifyBundle(folder: string): Promise<void> {
  await writeBundle(folder, { draft: CLASSIFY, model: smallInception(1).model });
}

/** model.json of a pipeline but its files: boxes are read wherever the class `tumour` has any probability. */
export const PIPELINE: Omit<ManifestOf<'pipeline'>, 'files'> = {
  ...{ schemaVersion: 1, task: 'pipeline', name: 'tiny-pipeline', version: '1.0.0', title: 'Two small networks' },
  classes: ['positive', 'negative'],
  stages: [
    { name: 'regions', folder: 'regions' },
    { name: 'capillaries', folder: 'capillaries' },
  ],
  regions: { class: 'tumour', threshold: 0 },
  positiveClass: 'positive',
  grading: 'banff-c4d',
  ...{ scope: SHARED.scope, licence: 'Apache-2.0', intendedUse: 'Tests.', trainingData: [], figures: {} },
};

/** Writes a pipeline of a classifying and a detecting bundle. */
export async function writePipelineBundle(folder: string, stated: object = PIPELINE): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeClassifyBundle(join(folder, 'regions'));
  await writeDetectBundle(join(folder, 'capillaries'));
  await writeFile(join(folder, 'README.md'), 'Untrained.\n');
  await sealBundle(folder, { ...stated });
}
