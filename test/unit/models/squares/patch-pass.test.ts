import { type ModelManifest, squareSidePx } from '@gigascope/contracts';
import { sharesSums } from '@gigascope/models';
import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { door } from '../../../../packages/models/src/architectures/door.ts';
import { inceptionV3 } from '../../../../packages/models/src/architectures/inception-v3.ts';
import { GraphBuilder } from '../../../../packages/models/src/graph/graph-builder.ts';
import { encodeModel } from '../../../../packages/models/src/onnx/model-file.ts';
import { patchesOfSquares, WANTED_CELLS } from '../../../../packages/models/src/squares/patch-pass.ts';
import type { PatchSquare } from '../../../../packages/models/src/squares/patch-square.ts';
import { runGraph } from '../run-graph.ts';
import { bytesTensor, changeInitializer } from '../run-tensors.ts';
import { draftOf, patches } from '../small-classifier.ts';

/** What a network sees of its patches and nothing else: features_in, [N, 3, ⌈size / 4⌉, ⌈size / 4⌉]. */
function doorOnly(sizePx: number): Uint8Array<ArrayBuffer> {
  const g = new GraphBuilder({ name: 'door', seed: 0 });
  g.output(door(g, sizePx, 4));
  return encodeModel(g.build());
}

async function onSquare(
  model: Uint8Array,
  pixels: Uint8Array,
  square: PatchSquare,
  wanted: readonly number[],
): Promise<number[]> {
  const side = squareSidePx(square, square.cells);
  const session = await ort.InferenceSession.create(patchesOfSquares(model, 'patches', square));
  try {
    const cells = new ort.Tensor('int64', BigInt64Array.from(wanted, BigInt), [wanted.length]);
    const feeds = { patches: bytesTensor(pixels, [1, side, side, 3]), [WANTED_CELLS]: cells };
    const output = (await session.run(feeds))[session.outputNames[0] ?? ''];
    return Array.from(output?.data as Float32Array);
  } finally {
    await session.release();
  }
}

/** The wanted cells' patches, cut out byte by byte. */
function cut(pixels: Uint8Array, square: PatchSquare, wanted: readonly number[]): Uint8Array {
  const { cells, patchSizePx: size, stridePx } = square;
  const side = squareSidePx(square, square.cells);
  return Uint8Array.from(
    wanted.flatMap((cell) =>
      Array.from({ length: size * size * 3 }, (_, i) => {
        const [y, x, c] = [Math.floor(i / (size * 3)), Math.floor(i / 3) % size, i % 3];
        const [top, left] = [Math.floor(cell / cells) * stridePx, (cell % cells) * stridePx];
        return pixels[((top + y) * side + left + x) * 3 + c] ?? Number.NaN;
      }),
    ),
  );
}

describe('a network on squares of patches', () => {
  it('sees of each patch, to the last bit, what it sees of it alone, whatever patch, stride and square', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat()),
        async (steps, more, cells, picks) => {
          const square = { cells, stridePx: steps * 4, patchSizePx: steps * 8 + more };
          const wanted = [...picks.take(5)].map((pick) => pick % cells ** 2);
          const pixels = patches(1, squareSidePx(square, square.cells), steps + more);
          const alone = cut(pixels, square, wanted);
          const model = doorOnly(square.patchSizePx);
          const shape = [wanted.length, square.patchSizePx, square.patchSizePx, 3];
          expect(await onSquare(model, pixels, square, wanted)).toEqual((await runGraph(model, alone, shape)).data);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('gives for 299 px at stride 128 what Inception V3 gives patch by patch, bit for bit', async () => {
    const options = { classes: 2, width: 0.1, minChannels: 8, inputSizePx: 299, averageFactor: 4, seed: 5 } as const;
    const model = encodeModel(inceptionV3(options).model);
    const square = { cells: 3, patchSizePx: 299, stridePx: 128 };
    const pixels = patches(1, squareSidePx(square, square.cells), 4);
    const wanted = [7, 0, 4];
    const alone = await runGraph(model, cut(pixels, square, wanted), [3, 299, 299, 3]);
    expect(await onSquare(model, pixels, square, wanted)).toEqual(alone.data);
    expect(new Set(alone.data).size).toBe(6);
  });

  it('is refused for strides that the sums do not fit, and for patches that do not overlap', () => {
    const model = doorOnly(40);
    const of = (stridePx: number) => () => patchesOfSquares(model, 'patches', { cells: 2, patchSizePx: 40, stridePx });
    expect(of(18)).toThrow('no multiple of 4');
    expect(of(40)).toThrow('overlap');
    expect(of(20)).not.toThrow();
  });
});

describe('which networks share their sums', () => {
  const manifest: ModelManifest = { ...draftOf(299, ['a', 'b']), stridePx: 128 } as unknown as ModelManifest;

  it('those that begin with them and whose patches overlap by half, on 4 px', () => {
    const model = doorOnly(299);
    expect(sharesSums(manifest, model)).toBe(true);
    expect(sharesSums({ ...manifest, stridePx: 152 }, model)).toBe(false);
    expect(sharesSums({ ...manifest, stridePx: 126 }, model)).toBe(false);
    expect(sharesSums({ ...manifest, engine: 'tfjs' }, model)).toBe(false);
  });

  it('not those that begin otherwise, even under the same names', () => {
    const g = new GraphBuilder({ name: 'door', seed: 0 });
    g.output(door(g, 299, 4));
    const model = g.build();
    expect(sharesSums(manifest, encodeModel(model))).toBe(true);
    changeInitializer(model, 'door.kernels', (value, i) => (i === 1 ? 1 : value));
    expect(sharesSums(manifest, encodeModel(model))).toBe(false);
    const full = new GraphBuilder({ name: 'door', seed: 0 });
    full.output(door(full, 75, 1));
    expect(sharesSums({ ...manifest, patchSizePx: 75, stridePx: 32 }, encodeModel(full.build()))).toBe(false);
  });
});
