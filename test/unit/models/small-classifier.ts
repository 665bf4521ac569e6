import type { DraftOf } from '@gigascope/models';
import { inceptionV3 } from '../../../packages/models/src/architectures/inception-v3.ts';
import type { EngineOptions } from '../../../packages/models/src/engines/options.ts';
import { GraphBuilder } from '../../../packages/models/src/graph/graph-builder.ts';
import { cast, scale } from '../../../packages/models/src/graph/ops/arithmetic.ts';
import { flatten } from '../../../packages/models/src/graph/ops/shape.ts';
import { BATCH } from '../../../packages/models/src/graph/tensor.ts';
import { encodeModel } from '../../../packages/models/src/onnx/model-file.ts';

/** Inception V3 at 75 px with 3 classes, narrow enough for a test: what an engine runs, without any bundle. */
export function smallInception(batchSize: number): EngineOptions {
  const { model } = inceptionV3({
    classes: 3,
    width: 0.1,
    minChannels: 8,
    inputSizePx: 75,
    averageFactor: 1,
    seed: 5,
  });
  return { model: encodeModel(model), manifest: manifestOf(75, ['a', 'b', 'c']), batchSize };
}

/** A model of one pixel whose outputs are its three bytes times `factor`: probabilities exactly when those sum to 1. */
export function bytesTimes(factor: number, batchSize: number): EngineOptions {
  const g = new GraphBuilder({ name: 'bytes', seed: 0 });
  const x = flatten(g, 'flat', g.input('patches', 'uint8', [BATCH, 1, 1, 3]));
  g.output(scale(g, 'probabilities', cast(g, 'cast', x, 'float32'), factor));
  return { model: encodeModel(g.build()), manifest: manifestOf(1, ['a', 'b', 'c']), batchSize };
}

function manifestOf(
  patchSizePx: number,
  classes: string[],
): Pick<DraftOf<'classify'>, 'task' | 'patchSizePx' | 'classes' | 'input' | 'output'> {
  const input = { name: 'patches', layout: 'NHWC', dtype: 'uint8', colour: 'RGB', normalisation: '' } as const;
  const output = { name: 'probabilities', meaning: 'probabilities' } as const;
  return { task: 'classify', patchSizePx, classes, input, output };
}

/** Deterministic patches that differ from each other: smooth colour with noise, uint8 RGB. */
export function patches(count: number, sizePx: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed >>> 0;
  const bytes = new Uint8Array(count * sizePx * sizePx * 3);
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const patch = Math.floor(i / (sizePx * sizePx * 3));
    bytes[i] = ((patch * 37 + (i % 3) * 53 + Math.floor(i / 900)) % 200) + (state >>> 27);
  }
  return bytes;
}

/** A manifest draft for tests of bundles. */
export function draftOf(size: number, classes: readonly string[]): DraftOf<'classify'> {
  return {
    ...manifestOf(size, [...classes]),
    schemaVersion: 1,
    task: 'classify',
    name: 'small',
    version: '1.0.0',
    title: 'A small network',
    architecture: 'inception-v3',
    positiveClass: classes[1] ?? '',
    stridePx: 32,
    mpp: 0.5,
    padding: 'mirror',
    threshold: 0.5,
    nmsRadiusUm: 100,
    scope: { organ: 'any', stain: 'H&E', species: 'human' },
    licence: 'Apache-2.0',
    intendedUse: 'Tests.',
    trainingData: [],
    figures: {},
    multiplyAddCount: 1,
  };
}
