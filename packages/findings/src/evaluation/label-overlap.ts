import { GigascopeError } from '@gigascope/contracts';

/** Numbered objects, row-major: 0 is background, pixels of one number are one object; numbers may have gaps. */
export interface LabelRaster {
  readonly width: number;
  readonly height: number;
  readonly labels: Int32Array;
}

/** How the objects of two rasters share pixels; objects are indexed from 0 by ascending label. */
export interface LabelOverlap {
  readonly truthAreas: readonly number[];
  readonly predictedAreas: readonly number[];
  /** Per true object, by ascending index of the predicted one, the predicted objects that share pixels with it. */
  readonly shared: readonly (readonly { readonly predicted: number; readonly pixels: number }[])[];
}

/** Counts areas and shared pixels. Linear in the pixels, memory in the pairs that touch. Throws ARGUMENT_INVALID for rasters of two sizes. */
export function overlapLabels(truth: LabelRaster, predicted: LabelRaster): LabelOverlap {
  if (truth.width !== predicted.width || truth.height !== predicted.height) {
    const sizes = [truth, predicted].map(({ width, height }) => `${width} × ${height}`);
    throw new GigascopeError('ARGUMENT_INVALID', `the truth is ${sizes[0]} px and the prediction ${sizes[1]} px`);
  }
  const [truthAreas, predictedAreas] = [new Map<number, number>(), new Map<number, number>()];
  const pairs = new Map<number, Map<number, number>>();
  for (let pixel = 0; pixel < truth.labels.length; pixel++) {
    const [t, p] = [truth.labels[pixel] as number, predicted.labels[pixel] as number];
    if (t !== 0) add(truthAreas, t);
    if (p !== 0) add(predictedAreas, p);
    if (t === 0 || p === 0) continue;
    const ofTruth = pairs.get(t) ?? new Map<number, number>();
    pairs.set(t, ofTruth);
    add(ofTruth, p);
  }
  const predictedLabels = [...predictedAreas.keys()].sort(ascending);
  const indexOf = new Map(predictedLabels.map((label, index) => [label, index]));
  const truthLabels = [...truthAreas.keys()].sort(ascending);
  return {
    truthAreas: truthLabels.map((label) => truthAreas.get(label) ?? 0),
    predictedAreas: predictedLabels.map((label) => predictedAreas.get(label) ?? 0),
    shared: truthLabels.map((label) =>
      [...(pairs.get(label) ?? [])]
        .map(([predictedLabel, pixels]) => ({ predicted: indexOf.get(predictedLabel) ?? 0, pixels }))
        .sort((a, b) => a.predicted - b.predicted),
    ),
  };
}

function add(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function ascending(a: number, b: number): number {
  return a - b;
}
