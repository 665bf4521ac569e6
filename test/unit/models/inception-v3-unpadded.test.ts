import { squareSidePx } from '@gigascope/contracts';
import { describe, expect, it } from 'vitest';
import type { ArchitectureOptions } from '../../../packages/models/src/architectures/architecture.ts';
import { inceptionV3Unpadded } from '../../../packages/models/src/architectures/inception-v3-unpadded.ts';
import { countParameters } from '../../../packages/models/src/bundle/count-parameters.ts';
import { encodeModel } from '../../../packages/models/src/onnx/model-file.ts';
import { wholeSquares } from '../../../packages/models/src/squares/whole-pass.ts';
import { runGraph } from './run-graph.ts';
import { patches } from './small-classifier.ts';

const NARROW: ArchitectureOptions = {
  classes: 2,
  width: 0.1,
  minChannels: 16,
  inputSizePx: 299,
  averageFactor: 4,
  seed: 3,
};
const GRID = { patchSizePx: 299, stridePx: 128 };

/** Patch (col, row) of a square picture, uint8 RGB. */
function patchOf(square: Uint8Array, sidePx: number, col: number, row: number): Uint8Array {
  const patch = new Uint8Array(299 * 299 * 3);
  for (let y = 0; y < 299; y++) {
    const from = ((row * 128 + y) * sidePx + col * 128) * 3;
    patch.set(square.subarray(from, from + 299 * 3), y * 299 * 3);
  }
  return patch;
}

describe('Inception V3 without padding', () => {
  it('has the convolutions that its docstring says: 3,607,650 parameters at width 1 and 2 classes', () => {
    // in × kernel × out of each convolution, with gamma and beta of its normalisation.
    const convolutions: readonly (readonly [number, number, number])[] = [
      ...([
        [3, 9, 32],
        [32, 9, 32],
        [32, 9, 64],
        [64, 1, 80],
        [80, 9, 192],
      ] as const),
      ...([
        [192, 1, 48],
        [48, 25, 64],
        [192, 1, 64],
        [64, 9, 96],
        [96, 9, 96],
        [192, 1, 64],
        [192, 1, 64],
      ] as const),
      ...([
        [288, 9, 384],
        [288, 1, 64],
        [64, 9, 96],
        [96, 9, 96],
      ] as const),
      ...([
        [768, 1, 384],
        [384, 9, 384],
        [768, 1, 320],
        [768, 1, 192],
      ] as const),
    ];
    const expected = convolutions.reduce((sum, [from, taps, to]) => sum + from * taps * to + 2 * to, 0) + 896 * 2 + 2;
    const { counts, model } = inceptionV3Unpadded({ ...NARROW, width: 1 });
    expect(expected).toBe(3_607_650);
    expect(counts.trainableParameters).toBe(expected);
    expect(countParameters(model)).toBe(expected);
  });

  it('gives over a square of 4 × 4 cells in one pass what its 16 patches give one by one, to 1e-5', async () => {
    const model = encodeModel(inceptionV3Unpadded(NARROW).model);
    const sidePx = squareSidePx(GRID, 4);
    expect(sidePx).toBe(683);
    const square = patches(1, sidePx, 9);
    const names = { input: 'patches', output: 'probabilities' };
    const dense = await runGraph(wholeSquares(model, names, { ...GRID, cells: 4 }), square, [1, sidePx, sidePx, 3]);
    expect(dense.dims).toEqual([16, 2]);

    const cut = new Uint8Array(16 * 299 * 299 * 3);
    for (let cell = 0; cell < 16; cell++)
      cut.set(patchOf(square, sidePx, cell % 4, Math.floor(cell / 4)), cell * 299 * 299 * 3);
    const single = await runGraph(model, cut, [16, 299, 299, 3]);
    const apart = dense.data.map((p, i) => Math.abs(p - (single.data[i] ?? Number.NaN)));
    expect(Math.max(...apart)).toBeLessThan(1e-5);
    // The cells differ by far more than that, so equal they are not by chance.
    const ofFirst = single.data.filter((_, i) => i % 2 === 0);
    expect(Math.max(...ofFirst) - Math.min(...ofFirst)).toBeGreaterThan(1e-3);
  });

  it('does not see beyond its field: 8 px at a patch’s left and top, 7 at its right and bottom', async () => {
    const model = encodeModel(inceptionV3Unpadded(NARROW).model);
    const patch = patches(1, 299, 5);
    const inField = (i: number): boolean => i >= 8 && i < 8 + 71 * 4;
    const [border, inside] = [patch.slice(), patch.slice()];
    for (let y = 0; y < 299; y++)
      for (let x = 0; x < 299; x++) {
        if (!(inField(x) && inField(y))) border.fill(255, (y * 299 + x) * 3, (y * 299 + x) * 3 + 3);
        if (x === 8 && inField(y)) inside.fill(255, (y * 299 + x) * 3, (y * 299 + x) * 3 + 3);
      }
    const run = async (bytes: Uint8Array) => (await runGraph(model, bytes, [1, 299, 299, 3])).data;
    expect(await run(border)).toEqual(await run(patch));
    expect(await run(inside)).not.toEqual(await run(patch));
  });

  it('refuses another patch or no average', () => {
    expect(() => inceptionV3Unpadded({ ...NARROW, averageFactor: 1 })).toThrow('4×4 average');
    expect(() => inceptionV3Unpadded({ ...NARROW, inputSizePx: 256 })).toThrow('299 px');
  });
});
