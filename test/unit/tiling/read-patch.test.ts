import type { RgbImage } from '@gigascope/contracts';
import { createMemoryReader, createPatchGrid, cutPatch, readBlock, readPatch } from '@gigascope/tiling';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const WIDTH = 700;
const HEIGHT = 450;

const image: RgbImage = {
  width: WIDTH,
  height: HEIGHT,
  data: Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 2654435761) >>> 24),
};
const mpp = { x: 0.25, y: 0.25, source: 'vendor' } as const;
const reader = createMemoryReader({ levels: [{ image, downsample: 1 }], mpp });
const grid = createPatchGrid({
  metadata: reader.metadata,
  spacing: mpp,
  targetMpp: 0.25,
  patchSizePx: 299,
  stridePx: 128,
});

describe('the patch of one cell', () => {
  it('has the bytes that are cut from its block, at all 24 cells, mirrored at the border', async () => {
    for (let rowHeat = 0; rowHeat < grid.rows; rowHeat++)
      for (let colHeat = 0; colHeat < grid.columns; colHeat++) {
        const block = await readBlock(reader, grid, { colHeat: 0, rowHeat: 0, columns: grid.columns, rows: grid.rows });
        const cut = new Uint8Array(299 * 299 * 3);
        cutPatch(block, colHeat, rowHeat, cut, 0);
        const patch = await readPatch(reader, grid, { colHeat, rowHeat });
        expect([patch.width, patch.height]).toEqual([299, 299]);
        expect(Buffer.from(patch.data).equals(Buffer.from(cut))).toBe(true);
      }
  });

  it('has the same middle with a margin of 0 to 600 px, more than the slide is high', async () => {
    const cell = fc.record({ colHeat: fc.integer({ min: 0, max: 5 }), rowHeat: fc.integer({ min: 0, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(cell, fc.integer({ min: 0, max: 600 }), async (at, margin) => {
        const plain = await readPatch(reader, grid, at);
        const wide = await readPatch(reader, grid, at, margin);
        expect(wide.width).toBe(299 + 2 * margin);
        for (const row of [0, 150, 298]) {
          const start = ((margin + row) * wide.width + margin) * 3;
          const middle = wide.data.subarray(start, start + 299 * 3);
          expect(Buffer.from(middle).equals(Buffer.from(plain.data.subarray(row * 299 * 3, (row + 1) * 299 * 3)))).toBe(
            true,
          );
        }
      }),
      { numRuns: 30 },
    );
  });
});
