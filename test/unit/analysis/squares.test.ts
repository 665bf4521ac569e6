import type { Block } from '@gigascope/contracts';
import { cutPatch, cutSquare, readBlock } from '@gigascope/tiling';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectSquares, squaresOf } from '../../../packages/analysis/src/squares.ts';
import { noiseImage, singleLevelReader } from '../tiling/memory-slides.ts';
import { cellsOf, PATCH_BYTES, PATCH_PX, STRIDE_PX, smallGrid } from './cells.ts';

const IMAGE = noiseImage(61, 43, 11);
const READER = singleLevelReader(IMAGE, { x: 1, y: 1 });
const GRID = smallGrid(READER);

const tissue = fc.uint8Array({ minLength: GRID.columns * GRID.rows, maxLength: GRID.columns * GRID.rows, max: 1 });
const block = fc
  .record({
    colHeat: fc.integer({ min: 0, max: GRID.columns - 1 }),
    rowHeat: fc.integer({ min: 0, max: GRID.rows - 1 }),
    columns: fc.integer({ min: 1, max: 9 }),
    rows: fc.integer({ min: 1, max: 9 }),
  })
  .map((b) => ({
    ...b,
    columns: Math.min(b.columns, GRID.columns - b.colHeat),
    rows: Math.min(b.rows, GRID.rows - b.rowHeat),
  }));

describe('squaresOf', () => {
  it('holds every inferred cell once, at its place, and no square without one', () => {
    fc.assert(
      fc.property(tissue, block, fc.integer({ min: 1, max: 5 }), (cells, where, k) => {
        const own: Block = { ...where, index: 0, tissueCells: 1 };
        const expected = cellsOf(own, GRID, cells);
        const found: (string | undefined)[] = [];
        for (const square of squaresOf(own, cells, GRID.columns, k)) {
          expect(square.cells.length).toBeGreaterThan(0);
          expect([...square.cells]).toEqual([...new Set(square.cells)].toSorted((a, b) => a - b));
          square.cells.forEach((cell, i) => {
            expect(cell).toBeLessThan(k * k);
            const place = square.places[i] as number;
            expect(found[place]).toBeUndefined();
            found[place] = `${square.colHeat + (cell % k)},${square.rowHeat + Math.floor(cell / k)}`;
          });
        }
        expect(found).toEqual(expected.map(({ col, row }) => `${col},${row}`));
      }),
    );
  });
});

describe('collectSquares', () => {
  it('hands on each wanted cell’s answer, by its place in the block', async () => {
    const got = new Map<number, number[]>();
    const inner = {
      parts: 3,
      add: (p: number, a: Float32Array) => void got.set(p, [...a]),
      pack: async () => new Uint8Array(),
    };
    const squares = [
      { colHeat: 0, rowHeat: 0, cells: Int32Array.of(0, 3), places: Int32Array.of(0, 2) },
      { colHeat: 2, rowHeat: 0, cells: Int32Array.of(1), places: Int32Array.of(1) },
    ];
    const outer = collectSquares(inner, squares, 2);
    expect(outer.parts).toBe(2);
    outer.add(1, Float32Array.of(2, 3));
    outer.add(0, Float32Array.of(10, 11, 16, 17));
    expect([...got]).toEqual([
      [1, [2, 3]],
      [0, [10, 11]],
      [2, [16, 17]],
    ]);
  });
});

describe('cutSquare', () => {
  it('lays the patches of its cells where their cells lie, and zeros where no canvas is', async () => {
    const part = { colHeat: 2, rowHeat: 1, columns: 3, rows: 2 };
    const canvas = await readBlock(READER, GRID, part);
    const k = 4;
    const side = PATCH_PX + (k - 1) * STRIDE_PX;
    const square = new Uint8Array(side * side * 3 + 7).fill(99);
    cutSquare(canvas, 2, 1, k, square, 7);
    const patch = new Uint8Array(PATCH_BYTES);
    for (const [col, row] of [
      [2, 1],
      [4, 1],
      [3, 2],
      [4, 2],
    ] as const) {
      cutPatch(canvas, col, row, patch, 0);
      for (let y = 0; y < PATCH_PX; y++) {
        const from = 7 + (((row - 1) * STRIDE_PX + y) * side + (col - 2) * STRIDE_PX) * 3;
        expect([...square.subarray(from, from + PATCH_PX * 3)]).toEqual([
          ...patch.subarray(y * PATCH_PX * 3, (y + 1) * PATCH_PX * 3),
        ]);
      }
    }
    expect([...square.subarray(0, 7)]).toEqual(Array(7).fill(99));
    expect(square.at(-1)).toBe(0);
    expect([...square.subarray(7 + canvas.image.width * 3, 7 + side * 3)].every((byte) => byte === 0)).toBe(true);
  });
});
