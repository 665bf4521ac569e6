import { AnalysisParameters, AnalysisResult } from '@gigascope/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLesions } from '../../../packages/analysis/src/finish/find-lesions.ts';
import { MANIFEST, outputsOf, PARAMETERS, type PlanOptions, planOf, STAMP } from './samples.ts';

function finished(
  options: PlanOptions,
  probability: (col: number, row: number) => number,
  more: { readonly parameters?: AnalysisParameters } = {},
) {
  const plan = planOf(options);
  const outputs = outputsOf(plan, probability);
  const input = { slideName: 's.svs', plan, manifest: MANIFEST, parameters: PARAMETERS, stamp: STAMP };
  return findLesions({ ...input, outputs, ...more });
}

describe('findLesions', () => {
  it('reports 2 lesions 8 cells apart and drops one 6 cells from a higher one, on a slide of 16 × 2 cells', () => {
    // 186.7 µm over cells of 31.104 µm is a radius of 6.0025 cells: column 6 falls to column 0, column 8 stays.
    const at: Readonly<Record<number, number>> = { 0: 1, 6: 0.9, 8: 0.6, 15: 0.49 };
    const { heatmap, result } = finished({ widthL0: 2048, heightL0: 256 }, (col, row) =>
      row === 1 ? (at[col] ?? 0) : 0,
    );
    expect([heatmap.columns, heatmap.rows]).toEqual([16, 2]);
    const near = (value: number) => expect.closeTo(value, 4);
    expect(result.lesions).toMatchObject([
      { rank: 1, xL0: 64, yL0: 192, probability: 1, diameterUm: near(31.104), sizeClass: 'itc' },
      { rank: 2, xL0: 8.5 * 128, yL0: 192, probability: near(0.6), areaUm2: near(31.104 ** 2), sizeClass: 'itc' },
    ]);
    expect(result).toMatchObject({ score: 1, threshold: 0.5, positive: true, warnings: [] });
    expect(result.tissue).toEqual({ method: 'saturation', share: 1, cells: 32 });
    expect(AnalysisResult.parse(result)).toEqual(result);
  });

  it('measures a lesion of 10 × 1 cells as 311.04 ± 31.104 µm, a micrometastasis', () => {
    const { result } = finished({ widthL0: 4096, heightL0: 384 }, (col, row) => (row === 1 && col < 10 ? 0.8 : 0.1));
    expect(result.lesions[0]).toMatchObject({
      diameterUm: expect.closeTo(311.04, 4),
      diameterUncertaintyUm: expect.closeTo(31.104, 6),
      sizeClass: 'micro',
    });
  });

  it('lets threshold and radius of the request go before the model’s', () => {
    const parameters = AnalysisParameters.parse({ threshold: 0.3, nmsRadiusUm: 40 });
    const probability = (col: number): number => (col % 2 === 0 ? 0.4 : 0);
    const { result } = finished({ widthL0: 1024, heightL0: 100 }, probability, { parameters });
    expect(result.lesions.map(({ xL0 }) => xL0)).toEqual([64, 320, 576, 832]);
    expect(result.lesions.every(({ yL0 }) => yL0 === 64)).toBe(true);
    expect(result).toMatchObject({ threshold: 0.3, positive: true });
  });

  it('keeps properties, which may name a patient, out of the result', () => {
    const { result } = finished({ widthL0: 300, heightL0: 300 }, () => 0);
    expect(JSON.stringify(result)).not.toContain('nobody');
    expect(result.positive).toBe(false);
  });

  it('warns of TISSUE_EMPTY, with neither score nor verdict, where no cell holds tissue', () => {
    const { heatmap, result } = finished(
      { widthL0: 999, heightL0: 777, tissue: (columns, rows) => new Uint8Array(columns * rows) },
      () => 1,
    );
    expect(result).toMatchObject({ score: null, positive: null, lesions: [], tissue: { cells: 0, share: 0 } });
    expect(result.warnings.map(({ code }) => code)).toEqual(['TISSUE_EMPTY']);
    expect(heatmap.values.every(Number.isNaN)).toBe(true);
  });

  it.each([
    [0.2673, false],
    [0.2674, true],
  ])('of a slide at %d µm/px under a model at 0.243 warns of RESOLUTION_LOW: %s', (mpp, warns) => {
    const { result } = finished({ widthL0: 500, heightL0: 500, mpp: { x: 0.243, y: mpp } }, () => 0);
    expect(result.warnings.map(({ code }) => code)).toEqual(warns ? ['RESOLUTION_LOW'] : []);
  });

  it('warns of SPACING_ASSUMED where the spacing comes from the objective’s power', () => {
    const { result } = finished({ widthL0: 500, heightL0: 500, source: 'objective-power' }, () => 0);
    expect(result.warnings.map(({ code }) => code)).toEqual(['SPACING_ASSUMED']);
  });

  it('refuses a plan of which one block was never predicted', () => {
    const plan = planOf({ widthL0: 9000, heightL0: 500 });
    expect(plan.blocks.length).toBe(2);
    const outputs = outputsOf(plan, () => 0);
    outputs.delete(1);
    const input = { slideName: 's', plan, manifest: MANIFEST, parameters: PARAMETERS, stamp: STAMP, outputs };
    expect(() => findLesions(input)).toThrow('0 predictions for 28 tissue cells');
  });

  it.each([Number.NaN, 1.5, -0.2])('refuses a prediction of %d as MODEL_OUTPUT_INVALID', (value) => {
    expect(() => finished({ widthL0: 300, heightL0: 300 }, () => value)).toThrowError(
      expect.objectContaining({ code: 'MODEL_OUTPUT_INVALID' }),
    );
  });

  it('puts a lesion anywhere in the last column or row within half a cell of it, for any size and anisotropic spacing', () => {
    const side = fc.integer({ min: 1, max: 6001 });
    const mpp = fc.double({ min: 0.1, max: 1, noNaN: true });
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(side, side, mpp, mpp, share, share, fc.boolean(), (width, height, x, y, u, v, isColumn) => {
        // Worked from the contract alone: cells of 128 px at 0.243 µm/px, cell i from i · cell on.
        const cell = { x: (128 * 0.243) / x, y: (128 * 0.243) / y };
        const last = { x: Math.ceil(width / cell.x) - 1, y: Math.ceil(height / cell.y) - 1 };
        const inLast = (from: number, to: number, at: number): number => from + (to - from) * at;
        const truth = {
          x: isColumn ? inLast(last.x * cell.x, width, u) : u * width,
          y: isColumn ? v * height : inLast(last.y * cell.y, height, v),
        };
        const hit = { col: Math.floor(truth.x / cell.x), row: Math.floor(truth.y / cell.y) };
        const { result } = finished({ widthL0: width, heightL0: height, mpp: { x, y } }, (col, row) =>
          col === hit.col && row === hit.row ? 1 : 0,
        );
        const [lesion] = result.lesions;
        expect(result.lesions.length).toBe(1);
        // Half a cell; half a pixel where less than a pixel of the last cell lies on the slide.
        const limit = { x: Math.max(cell.x / 2, 0.5) + 1e-3, y: Math.max(cell.y / 2, 0.5) + 1e-3 };
        expect(Math.abs((lesion?.xL0 ?? -1e9) - truth.x)).toBeLessThanOrEqual(limit.x);
        expect(Math.abs((lesion?.yL0 ?? -1e9) - truth.y)).toBeLessThanOrEqual(limit.y);
        expect(lesion?.xL0).toBeLessThan(width);
        expect(lesion?.yL0).toBeLessThan(height);
      }),
      { numRuns: 200 },
    );
  });
});
