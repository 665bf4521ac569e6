import { planBlocks, wantedPart } from '@gigascope/tiling';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('5 × 3 cells in blocks of 2: the block without tissue is left out and the others keep their numbers', () => {
  // Blocks 0 2 4 over 1 3 5; the second column of blocks has no tissue above.
  const cells = new Uint8Array([1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 1]);
  expect(planBlocks({ columns: 5, rows: 3 }, cells, 2)).toEqual([
    { index: 0, colHeat: 0, rowHeat: 0, columns: 2, rows: 2, tissueCells: 3 },
    { index: 3, colHeat: 2, rowHeat: 2, columns: 2, rows: 1, tissueCells: 1 },
    { index: 4, colHeat: 4, rowHeat: 0, columns: 1, rows: 2, tissueCells: 1 },
    { index: 5, colHeat: 4, rowHeat: 2, columns: 1, rows: 1, tissueCells: 1 },
  ]);
});

test('2 × 6 blocks come in strips of four rows, each column by column', () => {
  const blocks = planBlocks({ columns: 2, rows: 6 }, new Uint8Array(12).fill(1), 1);
  expect(blocks.map(({ index, colHeat, rowHeat }) => [index, colHeat, rowHeat])).toEqual([
    ...[0, 1, 2, 3].map((row) => [row, 0, row]),
    ...[0, 1, 2, 3].map((row) => [4 + row, 1, row]),
    ...[4, 5].map((row) => [4 + row, 0, row]),
    ...[4, 5].map((row) => [6 + row, 1, row]),
  ]);
});

test('no tissue, no blocks', () => {
  expect(planBlocks({ columns: 9, rows: 9 }, new Uint8Array(81), 4)).toEqual([]);
});

test('every tissue cell lies in exactly one block, whatever the grid', () => {
  const side = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 20 }), fc.integer(), (columns, rows, blockCells, seed) => {
      const cells = new Uint8Array(columns * rows).map((_, i) =>
        Math.imul(i + seed, 2654435761) >>> 28 === 0 ? 1 : 0,
      );
      const hits = new Uint8Array(cells.length);
      const blocks = planBlocks({ columns, rows }, cells, blockCells);
      for (const block of blocks) {
        let tissue = 0;
        for (let row = block.rowHeat; row < block.rowHeat + block.rows; row++) {
          for (let col = block.colHeat; col < block.colHeat + block.columns; col++) {
            const cell = row * columns + col;
            hits[cell] = (hits[cell] as number) + 1;
            tissue += cells[cell] as number;
          }
        }
        expect(tissue).toBe(block.tissueCells);
      }
      expect(hits.every((n, i) => n <= 1 && (cells[i] === 0 || n === 1))).toBe(true);
      expect(blocks.map(({ index }) => index)).toEqual(blocks.map(({ index }) => index).toSorted((a, b) => a - b));
    }),
  );
});

test('the wanted part of a block is the box around its tissue cells, and the whole block when it has none', () => {
  // One block of 4 × 3 cells at (2, 1) of a grid of 7 columns; its tissue cells are (3, 2) and (4, 3).
  const block = { colHeat: 2, rowHeat: 1, columns: 4, rows: 3 };
  const cells = new Uint8Array(7 * 5);
  cells[0] = 1;
  expect(wantedPart({ columns: 7 }, cells, block)).toEqual(block);
  cells[2 * 7 + 3] = 1;
  cells[3 * 7 + 4] = 1;
  expect(wantedPart({ columns: 7 }, cells, block)).toEqual({ colHeat: 3, rowHeat: 2, columns: 2, rows: 2 });
});
