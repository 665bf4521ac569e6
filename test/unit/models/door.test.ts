import fc from 'fast-check';
import { expect, it } from 'vitest';
import { door } from '../../../packages/models/src/architectures/door.ts';
import { GraphBuilder } from '../../../packages/models/src/graph/graph-builder.ts';
import { formatShape } from '../../../packages/models/src/graph/tensor.ts';
import { runGraph } from './run-graph.ts';
import { patches } from './small-classifier.ts';

async function featuresOf(bytes: Uint8Array, sizePx: number, factor: 1 | 4) {
  const g = new GraphBuilder({ name: 'door', seed: 0 });
  const features = door(g, sizePx, factor);
  g.output(features);
  return { ...(await runGraph(g, bytes, [1, sizePx, sizePx, 3])), features };
}

/** The definition, pixel by pixel: the mean of what lies inside the patch, in [−1, 1]. */
function naive(bytes: Uint8Array, size: number, factor: number, c: number, row: number, column: number): number {
  let sum = 0;
  let count = 0;
  for (let y = row * factor; y < Math.min(size, (row + 1) * factor); y++)
    for (let x = column * factor; x < Math.min(size, (column + 1) * factor); x++) {
      sum += bytes[(y * size + x) * 3 + c] ?? Number.NaN;
      count += 1;
    }
  return sum / count / 127.5 - 1;
}

it('takes 299 px to 75 and gives the mean of each 4×4 square, 3 wide at the right and bottom', async () => {
  const bytes = patches(1, 299);
  const { data, dims, features } = await featuresOf(bytes, 299, 4);
  expect(features.name).toBe('features_in');
  expect(formatShape(features.shape)).toBe('[N, 3, 75, 75]');
  expect(dims).toEqual([1, 3, 75, 75]);
  let worst = 0;
  for (let c = 0; c < 3; c++)
    for (let row = 0; row < 75; row++)
      for (let column = 0; column < 75; column++) {
        const expected = naive(bytes, 299, 4, c, row, column);
        worst = Math.max(worst, Math.abs((data[(c * 75 + row) * 75 + column] ?? Number.NaN) - expected));
      }
  expect(worst).toBeLessThan(3e-7);
});

it('follows the definition for patches of any size, averaged or not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 4, max: 23 }), fc.constantFrom(1 as const, 4 as const), async (size, factor) => {
      const bytes = patches(1, size, size);
      const { data } = await featuresOf(bytes, size, factor);
      const side = Math.ceil(size / factor);
      expect(data).toHaveLength(3 * side * side);
      data.forEach((value, i) => {
        const [c, row, column] = [Math.floor(i / side / side), Math.floor(i / side) % side, i % side];
        expect(Math.abs(value - naive(bytes, size, factor, c, row, column))).toBeLessThan(3e-7);
      });
    }),
    { numRuns: 30 },
  );
});

it('makes exactly −1 of black and 1 of white, at the edges too', async () => {
  const black = await featuresOf(new Uint8Array(299 * 299 * 3), 299, 4);
  const white = await featuresOf(new Uint8Array(299 * 299 * 3).fill(255), 299, 4);
  expect(new Set(black.data)).toEqual(new Set([-1]));
  expect(Math.max(...white.data.map((v) => Math.abs(v - 1)))).toBeLessThan(2e-7);
});
