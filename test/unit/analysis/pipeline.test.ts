import { chooseCells, finish, planStage, regionsOf } from '@gigascope/analysis';
import { AnalysisParameters, type ChosenRegions, type ManifestOf, type ModelManifest } from '@gigascope/contracts';
import { createMemoryReader } from '@gigascope/tiling';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/fixtures.ts';
import { noiseImage } from '../tiling/memory-slides.ts';
import { type Box, classified, detected, finishInput, graded } from './outcomes.ts';
import { MANIFEST, outputsOf, planOf } from './samples.ts';
import { cellsIn, detectManifest, pipelineManifest } from './tasks.ts';

const invalid = expect.objectContaining({ code: 'ARGUMENT_INVALID' });

describe('chooseCells', () => {
  /** 4 cells in a row of 0.2, 0.5 and 0.8, the last without tissue. */
  const of = (classes: string[], positiveClass: string) => {
    const plan = planOf({ widthL0: 4 * 128, heightL0: 100, tissue: () => Uint8Array.of(1, 1, 1, 0) });
    const manifest: ManifestOf<'classify'> = { ...MANIFEST, classes, positiveClass };
    return { manifest, plan, outputs: outputsOf(plan, (col) => [0.2, 0.5, 0.8][col] ?? 1) };
  };
  const chosen = (classes: string[], positiveClass: string, wanted: string, threshold: number) => [
    ...chooseCells(of(classes, positiveClass), { class: wanted, threshold }).cells,
  ];

  it('takes the cells from the threshold on of the positive class, and none without tissue', () => {
    expect(chosen(['no', 'yes'], 'yes', 'yes', 0.5)).toEqual([0, 1, 1, 0]);
    expect(chosen(['no', 'yes', 'odd'], 'yes', 'yes', 0.79)).toEqual([0, 0, 1, 0]);
    expect(chosen(['no', 'yes'], 'yes', 'yes', 0)).toEqual([1, 1, 1, 0]);
  });

  it('takes the opposite of two classes by what is left to 1', () => {
    // 0.5 is stored as 32768/65535, which is more than a half.
    expect(chosen(['no', 'yes'], 'yes', 'no', 0.49)).toEqual([1, 1, 0, 0]);
    expect(chosen(['no', 'yes'], 'yes', 'no', 0.5)).toEqual([1, 0, 0, 0]);
    expect(chosen(['no', 'yes'], 'yes', 'no', 0.81)).toEqual([0, 0, 0, 0]);
  });

  it('takes a probability that is the threshold itself: of 1 and 0 the one class, or the other', () => {
    const plan = planOf({ widthL0: 2 * 128, heightL0: 100 });
    const outputs = outputsOf(plan, (col) => 1 - col);
    const cells = (wanted: string) => [
      ...chooseCells({ manifest: MANIFEST, plan, outputs }, { class: wanted, threshold: 1 }).cells,
    ];
    expect([cells('tumour'), cells('normal')]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('refuses a class that is not there, one of three that is not the positive one, and a stage that detects', async () => {
    expect(() => chosen(['no', 'yes'], 'yes', 'perhaps', 0.5)).toThrow(invalid);
    expect(() => chosen(['no', 'yes', 'odd'], 'yes', 'odd', 0.5)).toThrow(invalid);
    const boxes = await detected([]);
    expect(() => chooseCells(boxes, { class: 'positive', threshold: 0.5 })).toThrow(invalid);
  });

  it('says on which grid the cells lie', () => {
    expect(chooseCells(classified(), { class: 'normal', threshold: 0.5 }).grid).toMatchObject({ columns: 5, rows: 4 });
  });

  describe('regionsOf', () => {
    const { grading: _grading, ...ungraded } = pipelineManifest();
    const regions = { class: 'tumour', threshold: 0.3 };

    it('follows a lesion threshold down where the second stage classifies, and never up', () => {
      const of = (threshold: number | null) => regionsOf({ ...ungraded, regions }, { threshold }).threshold;
      expect([of(null), of(0.1), of(0.3), of(0.9)]).toEqual([0.3, 0.1, 0.3, 0.3]);
    });

    it('leaves regions alone where the threshold is of the second stage’s boxes', () => {
      expect(regionsOf({ ...pipelineManifest(), regions }, { threshold: 0.1 })).toEqual(regions);
    });
  });
});

describe('planStage with regions', () => {
  const side = fc.integer({ min: 1, max: 240 });
  const mpp = fc.double({ min: 0.2, max: 2, noNaN: true });
  const sizes = fc.record({ stridePx: fc.integer({ min: 4, max: 40 }), haloPx: fc.integer({ min: 0, max: 20 }), mpp });

  it('plans exactly the cells that touch a chosen cell, on 150 slides and pairs of grids', async () => {
    await fc.assert(
      fc.asyncProperty(
        ...[side, side, mpp, mpp, sizes, sizes, fc.infiniteStream(fc.boolean())],
        async (width, height, mppX, mppY, before, own, toss) => {
          // A spacing this near to the model's would be taken for it.
          for (const ratio of [before, own].flatMap((each) => [each.mpp / mppX, each.mpp / mppY]))
            fc.pre(Math.abs(ratio - 1) > 1e-4);
          const spacing = { x: mppX, y: mppY, source: 'vendor' } as const;
          const reader = createMemoryReader({
            levels: [{ image: noiseImage(width, height), downsample: 1 }],
            mpp: spacing,
          });
          const [first, second] = [before, own].map(({ stridePx, haloPx, mpp: at }) =>
            detectManifest({ stridePx, patchSizePx: stridePx + haloPx, mpp: at }),
          ) as [ModelManifest, ModelManifest];
          const parameters = AnalysisParameters.parse({ tissue: 'none', blockCells: 1, force: true });
          const { grid } = await planStage(reader, { manifest: first, parameters, stage: 0, regions: null });
          const cells = Uint8Array.from({ length: grid.columns * grid.rows }, () => (toss.next().value ? 1 : 0));
          const regions: ChosenRegions = { grid, cells };
          const plan = await planStage(reader, { manifest: second, parameters, stage: 1, regions });

          // Rectangle by rectangle, worked from the contract: cell i begins at i · stride · mpp / spacing.
          const chosen = [...cells.keys()].filter((cell) => cells[cell] === 1);
          const from = { x: (before.stridePx * before.mpp) / mppX, y: (before.stridePx * before.mpp) / mppY };
          const step = { x: (own.stridePx * own.mpp) / mppX, y: (own.stridePx * own.mpp) / mppY };
          const [columns, rows] = [plan.grid.columns, plan.grid.rows];
          // Two borders on one line touch or not by a rounding error.
          for (const axis of ['x', 'y'] as const)
            for (let i = 1; i <= Math.max(columns, rows); i++) {
              const place = (i * step[axis]) / from[axis];
              fc.pre(Math.abs(place - Math.round(place)) > 1e-9);
            }
          const expected = Array.from({ length: columns * rows }, (_, cell) => {
            const [x, y] = [(cell % columns) * step.x, Math.floor(cell / columns) * step.y];
            const [x1, y1] = [Math.min(width, x + step.x), Math.min(height, y + step.y)];
            const meets = (low: number, high: number, index: number, size: number) =>
              low < (index + 1) * size && high > index * size;
            return chosen.some(
              (c) => meets(x, x1, c % grid.columns, from.x) && meets(y, y1, Math.floor(c / grid.columns), from.y),
            );
          });
          expect([...plan.tissueCells].map(Boolean)).toEqual(expected);
          const planned = plan.blocks.flatMap((block) =>
            cellsIn(plan, block).map(({ col, row }) => row * columns + col),
          );
          expect(planned.sort((a, b) => a - b)).toEqual([...expected.keys()].filter((cell) => expected[cell]));
          expect(plan.blocks.every(({ tissueCells }) => tissueCells > 0)).toBe(true);
          expect(plan.stage).toBe(1);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('plans no block where nothing was chosen, and everything where all was', async () => {
    const image = noiseImage(500, 300);
    const reader = createMemoryReader({
      levels: [{ image, downsample: 1 }],
      mpp: { x: 0.5, y: 0.5, source: 'vendor' },
    });
    const parameters = AnalysisParameters.parse({ tissue: 'none', force: true });
    const input = { manifest: detectManifest({ stridePx: 64, patchSizePx: 128 }), parameters };
    const { grid } = await planStage(reader, { ...input, stage: 0, regions: null });
    const plan = async (value: 0 | 1) =>
      await planStage(reader, { ...input, stage: 1, regions: { grid, cells: new Uint8Array(40).fill(value) } });
    expect([grid.columns, grid.rows]).toEqual([8, 5]);
    expect((await plan(0)).blocks).toEqual([]);
    expect((await plan(1)).blocks.reduce((sum, { tissueCells }) => sum + tissueCells, 0)).toBe(40);
  });
});

describe('finishing a pipeline', () => {
  /** So many positive and negative boxes side by side, 10 in a row. */
  const boxes = (positive: number, negative: number): Box[] =>
    Array.from({ length: positive + negative }, (_, k) => ({
      ...{ x: 20 + 50 * (k % 10), y: 20 + 40 * Math.floor(k / 10), side: 30 },
      score: 0.9 - k / 1000,
      kind: k < positive ? 0 : 1,
    }));
  const finished = async (...of: Parameters<typeof graded>) => {
    await using folder = await temporaryFolder();
    return await finish(folder.path, await graded(...of));
  };

  it.each([
    [0, 12, 0, 0],
    [1, 19, 0.05, 1],
    [2, 18, 0.1, 2],
    [10, 10, 0.5, 2],
    [11, 9, 0.55, 3],
    [3, 0, 1, 3],
  ])(
    'grades %i positive of %i negative capillaries: share %d, grade and score %i',
    async (positive, negative, ratio, grade) => {
      const { result, detections } = await finished(boxes(positive, negative));
      expect(detections).toHaveLength(positive + negative);
      expect(result).toMatchObject({
        ...{ score: grade, scoreMeaning: 'banff-grade', positive: null, lesions: [] },
        grading: { scheme: 'banff-c4d', positive, negative, ratio: expect.closeTo(ratio, 12), grade, reason: null },
        counts: [
          { class: 'positive', count: positive },
          { class: 'negative', count: negative },
        ],
      });
    },
  );

  it('says of each stage its name, its cells and blocks, and that the first chose 19 of its 20 cells', async () => {
    const { result } = await finished(boxes(1, 1));
    expect(result.stages).toEqual([
      { name: 'regions', cells: 20, blocks: 1, chosenCells: 19 },
      { name: 'capillaries', cells: 12, blocks: 12, chosenCells: null },
    ]);
    expect(result.tissue.cells).toBe(20);
  });

  it('gives neither grade nor score where nothing was chosen, with the reason, and does not speak of missing tissue', async () => {
    const { result } = await finished([], (columns, rows) => new Uint8Array(columns * rows));
    expect(result).toMatchObject({
      ...{ score: null, scoreMeaning: 'banff-grade', warnings: [] },
      grading: { positive: 0, negative: 0, ratio: null, grade: null, reason: 'No peritubular capillary was found.' },
    });
    expect(result.stages[1]).toMatchObject({ cells: 0, blocks: 0 });
  });

  it('says DETECTIONS_TRUNCATED of its second stage', async () => {
    const first = classified();
    const second = await detected(boxes(3, 0), { maxPerPatch: 3 });
    await using folder = await temporaryFolder();
    const { result } = await finish(folder.path, finishInput(pipelineManifest(), first, second));
    expect(result.warnings.map(({ code }) => code)).toEqual(['DETECTIONS_TRUNCATED']);
  });

  it('refuses stages in the wrong order', async () => {
    await using folder = await temporaryFolder();
    const [first, second] = [classified(), await detected([])];
    await expect(finish(folder.path, finishInput(pipelineManifest(), second, first))).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });
});
