import { GigascopeError } from '@gigascope/contracts';
import { colourHeatmap, HeatmapAssembler, MAGMA_CSS, quantise, slideScore } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('quantisation', () => {
  it('returns each of the 65,536 steps unchanged, float32 storage in between included', () => {
    const changed = Array.from({ length: 65536 }, (_, k) => k / 65535).filter((p) => quantise(Math.fround(p)) !== p);
    expect(changed).toEqual([]);
  });

  it('moves a probability by at most half a step of 1/65535', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (p) => {
        expect(Math.abs(quantise(p) - p)).toBeLessThanOrEqual(0.5 / 65535 + 1e-16);
      }),
    );
  });

  it('takes float32 rounding beyond 1 for 1 and refuses NaN, −0.01, 1.01 and infinity', () => {
    expect(quantise(1.0000001)).toBe(1);
    expect(Object.is(quantise(-1e-9), 0)).toBe(true);
    for (const value of [Number.NaN, -0.01, 1.01, Number.POSITIVE_INFINITY]) {
      expect(() => quantise(value)).toThrow(expect.objectContaining({ code: 'MODEL_OUTPUT_INVALID' }));
    }
  });
});

describe('heatmap assembly', () => {
  // Tissue of a 3 × 2 grid: columns 0 and 2 of row 0, column 1 of row 1.
  const tissue = { width: 3, height: 2, data: Uint8Array.from([1, 0, 1, 0, 1, 0]) };
  const left = { colHeat: 0, rowHeat: 0, columns: 2, rows: 2 };
  const right = { colHeat: 2, rowHeat: 0, columns: 1, rows: 2 };

  it('writes a block’s values to its tissue cells in row-major order and leaves NaN elsewhere, in any order of blocks', () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const assembler = new HeatmapAssembler(tissue);
      const adds = [
        () => assembler.add(left, Float32Array.of(0.2, 0.4)),
        () => assembler.add(right, Float32Array.of(1)),
      ];
      for (const k of order) adds[k]?.();
      const { columns, rows, values } = assembler.finish();
      expect([columns, rows]).toEqual([3, 2]);
      expect([...values]).toEqual([Math.fround(0.2), Number.NaN, 1, Number.NaN, Math.fround(0.4), Number.NaN]);
    }
  });

  it('refuses a block written twice, one of 3 values for 2 cells, one outside the grid, and an unfinished map', () => {
    const assembler = new HeatmapAssembler(tissue);
    expect(() => assembler.add(left, Float32Array.of(0, 0, 0))).toThrow(/3 predictions for 2 tissue cells/);
    expect(() => assembler.add({ ...right, columns: 2 }, Float32Array.of(0))).toThrow(/leaves the grid/);
    assembler.add(left, Float32Array.of(0, 0));
    expect(() => assembler.add(left, Float32Array.of(0, 0))).toThrow(/cell 0 was predicted twice/);
    expect(() => assembler.finish()).toThrow(/cell 2 has no prediction/);
  });

  it('writes nothing of a block with one NaN, so that the block can come again', () => {
    const assembler = new HeatmapAssembler(tissue);
    expect(() => assembler.add(left, Float32Array.of(0.5, Number.NaN))).toThrow(GigascopeError);
    assembler.add(left, Float32Array.of(0.5, 0.5));
    assembler.add(right, Float32Array.of(0));
    expect(slideScore(assembler.finish())).toBeCloseTo(0.5, 4);
  });
});

describe('slide score', () => {
  it('is the largest value, 0 for a map of zeros, and null where no cell holds tissue', () => {
    const score = (...values: number[]) =>
      slideScore({ columns: values.length, rows: 1, values: Float64Array.from(values) });
    expect(score(0.2, Number.NaN, 0.9, 0.3)).toBe(0.9);
    expect(score(0, Number.NaN)).toBe(0);
    expect(score(Number.NaN)).toBeNull();
  });
});

describe('colour map', () => {
  it('paints 0 as #000004, 1 as #fcfdbf, 0.5 between the 5th and 6th colour, and NaN transparent', () => {
    const values = Float64Array.of(0, 1, 0.5, Number.NaN);
    const rgba = colourHeatmap({ columns: 4, rows: 1, values }, { opacityOf: () => 0.6 });
    // #9f2f7f and #cd4071: the means of 159 and 205, 47 and 64, 127 and 113, halves up; opacity 0.6 · 255 = 153.
    expect([...rgba]).toEqual([0, 0, 4, 153, 252, 253, 191, 153, 182, 56, 120, 153, 0, 0, 0, 0]);
    expect([MAGMA_CSS[0], MAGMA_CSS.at(-1)]).toEqual(['#000004', '#fcfdbf']);
  });

  it('gets lighter with every one of 1,000 steps of probability', () => {
    const values = Float64Array.from({ length: 1000 }, (_, k) => k / 999);
    const rgba = colourHeatmap({ columns: 1000, rows: 1, values });
    const lightness = [...values].map(
      (_, k) => 0.2126 * (rgba[4 * k] ?? 0) + 0.7152 * (rgba[4 * k + 1] ?? 0) + 0.0722 * (rgba[4 * k + 2] ?? 0),
    );
    expect(lightness.slice(1).every((value, k) => value >= (lightness[k] ?? 256) - 0.8)).toBe(true);
    expect((lightness.at(-1) ?? 0) - (lightness[0] ?? 0)).toBeGreaterThan(240);
  });
});
