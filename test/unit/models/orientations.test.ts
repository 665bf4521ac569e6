import { averageOrientations } from '@gigascope/models';
import { expect, it } from 'vitest';
import { inceptionV3 } from '../../../packages/models/src/architectures/inception-v3.ts';
import { GraphBuilder } from '../../../packages/models/src/graph/graph-builder.ts';
import { flatten } from '../../../packages/models/src/graph/ops/shape.ts';
import { BATCH } from '../../../packages/models/src/graph/tensor.ts';
import { encodeModel } from '../../../packages/models/src/onnx/model-file.ts';
import { runGraph } from './run-graph.ts';
import { bytesTimes, patches } from './small-classifier.ts';

const SIZE = 299;
const BYTES = SIZE * SIZE * 3;

/** Pixel (x, y) of the result is the patch's pixel (y, size − 1 − x): a quarter turn. */
function turned(patch: Uint8Array): Uint8Array {
  return moved(patch, (x, y) => [y, SIZE - 1 - x]);
}

function mirrored(patch: Uint8Array): Uint8Array {
  return moved(patch, (x, y) => [SIZE - 1 - x, y]);
}

function moved(patch: Uint8Array, from: (x: number, y: number) => readonly [number, number]): Uint8Array {
  const result = new Uint8Array(BYTES);
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++) {
      const [fx, fy] = from(x, y);
      for (let c = 0; c < 3; c++) result[(y * SIZE + x) * 3 + c] = patch[(fy * SIZE + fx) * 3 + c] as number;
    }
  return result;
}

it('gives 2 patches the means of 8 runs on bytes turned and mirrored by hand, within 1e-6', async () => {
  const model = encodeModel(
    inceptionV3({ classes: 2, width: 0.1, minChannels: 8, inputSizePx: SIZE, averageFactor: 4, seed: 3 }).model,
  );
  const both = patches(2, SIZE);
  const expected: number[] = [];
  const spreads: number[] = [];
  for (const patch of [both.slice(0, BYTES), both.slice(BYTES)]) {
    const tumour: number[] = [];
    for (let base of [patch, mirrored(patch)])
      for (let turn = 0; turn < 4; turn++) {
        tumour.push((await runGraph(model, base, [1, SIZE, SIZE, 3])).data[1] ?? Number.NaN);
        base = turned(base);
      }
    expected.push(tumour.reduce((a, b) => a + b, 0) / 8);
    spreads.push(new Set(tumour).size);
  }
  const { data, dims } = await runGraph(averageOrientations(model), both, [2, SIZE, SIZE, 3]);
  expect(dims).toEqual([2, 2]);
  // All 8 orientations are different patches to this network.
  expect(spreads).toEqual([8, 8]);
  expect(Math.abs((data[1] ?? Number.NaN) - (expected[0] ?? 0))).toBeLessThan(1e-6);
  expect(Math.abs((data[3] ?? Number.NaN) - (expected[1] ?? 0))).toBeLessThan(1e-6);
});

it('leaves a model of one pixel, which no turn changes, as it is', async () => {
  const wrapped = averageOrientations(bytesTimes(1, 1).model);
  expect((await runGraph(wrapped, Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 1, 1, 3])).data).toEqual([1, 2, 3, 4, 5, 6]);
});

it('refuses a model whose patches are not square bytes, or that gives bytes', () => {
  const oblong = new GraphBuilder({ name: 'oblong', seed: 0 });
  oblong.output(flatten(oblong, 'y', oblong.input('x', 'uint8', [BATCH, 2, 3, 3])));
  const bytes = new GraphBuilder({ name: 'bytes', seed: 0 });
  bytes.output(flatten(bytes, 'y', bytes.input('x', 'uint8', [BATCH, 2, 2, 3])));
  for (const g of [oblong, bytes])
    expect(() => averageOrientations(encodeModel(g.build()))).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
});
