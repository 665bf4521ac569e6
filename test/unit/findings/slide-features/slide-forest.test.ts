import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  crossValidateForest,
  FEATURE_COLUMNS,
  type FeatureRow,
  formatFeatureTable,
  measureHeatmap,
  parseFeatureTables,
  parseSlideForest,
  scoreSlide,
  scoreSlides,
  trainSlideForest,
} from '@gigascope/findings';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../packages/findings/src/evaluation/seeded-random.ts';
import { dealFolds } from '../../../../packages/findings/src/slide-features/cross-validate.ts';

const PUBLISHED = fileURLToPath(new URL('../../../../../shared/data/camelyon16', import.meta.url));
const refused = expect.objectContaining({ code: 'ARGUMENT_INVALID' });

/** 60 slides of 4 features, the first of which is 1 higher, of spread 1, on the 30 with a tumour; `shift` 0 makes it worthless. */
function slides(shift: number, seed = 3): FeatureRow[] {
  const random = seededRandom(seed);
  return Array.from({ length: 60 }, (_, k) => ({
    slide: `slide ${k}`,
    tumour: k % 2 === 1,
    names: ['a', 'b', 'c', 'd'],
    values: [random() + (k % 2) * shift, random(), random(), random()],
  }));
}

describe('the slide-level forest', () => {
  it('scores 60 slides that one feature separates on the right side of 0.5, and the same after JSON', () => {
    const rows = slides(1.2);
    const forest = trainSlideForest(rows, { featureShare: 0.5 });
    const scores = scoreSlides(forest, rows);
    expect(scores.every((score, k) => score > 0.5 === rows[k]?.tumour)).toBe(true);
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
    const again = parseSlideForest(JSON.stringify(forest));
    expect(scoreSlides(again, rows)).toEqual(scores);
    expect(scoreSlide(again, rows[7] as FeatureRow)).toBe(scores[7]);
    expect(forest.slides).toEqual({ tumour: 30, normal: 30 });
  });

  it('is the same for the same seed and another for another', () => {
    const grow = (seed: number) => JSON.stringify(trainSlideForest(slides(0.5), { seed, trees: 10 }).model);
    expect(grow(5)).toBe(grow(5));
    expect(grow(5)).not.toBe(grow(6));
  });

  it('refuses slides of one kind, other features, a value that is no number and JSON that is no forest', () => {
    const rows = slides(1);
    const forest = trainSlideForest(rows, { trees: 5 });
    const [row] = rows as [FeatureRow];
    expect(() => trainSlideForest(rows.filter(({ tumour }) => tumour))).toThrow(refused);
    expect(() => scoreSlide(forest, { names: ['a', 'b', 'd', 'c'], values: row.values })).toThrow(refused);
    expect(() => scoreSlide(forest, { ...row, values: [1, 2, 3, Number.NaN] })).toThrow(refused);
    for (const text of [
      '',
      '{}',
      '[]',
      JSON.stringify({ ...forest, schemaVersion: 2 }),
      JSON.stringify({ ...forest, model: {} }),
    ]) {
      expect(() => parseSlideForest(text)).toThrow(refused);
    }
  });
});

describe('cross-validation', () => {
  it('deals 109 tumour and 157 normal slides into 10 folds of 26 or 27, 10 or 11 of them with a tumour', () => {
    const rows = Array.from({ length: 266 }, (_, k) => ({ tumour: k < 109 }));
    const foldOf = dealFolds(rows, 10, 1);
    const sizes = (list: readonly number[]) =>
      new Set(Array.from({ length: 10 }, (_, f) => list.filter((fold) => fold === f).length));
    expect([...sizes(foldOf)].sort()).toEqual([26, 27]);
    expect([...sizes(foldOf.slice(0, 109))].sort()).toEqual([10, 11]);
    expect(dealFolds(rows, 10, 1)).toEqual(foldOf);
    expect(dealFolds(rows, 10, 2)).not.toEqual(foldOf);
  });

  it('finds an AUC of 1 where a feature separates and about one half on noise, which a forest fits but cannot know', () => {
    const settings = { folds: 5, seeds: [1, 2], forest: { trees: 40, featureShare: 0.5 } };
    const clear = crossValidateForest(slides(1.2), settings);
    expect(clear.auc).toBeGreaterThan(0.98);
    expect(clear.aucBySeed).toHaveLength(2);
    const noise = slides(0);
    const found = crossValidateForest(noise, settings);
    expect(found.interval?.low).toBeLessThan(0.5);
    expect(found.auc).toBeLessThan(0.7);
    const own = scoreSlides(trainSlideForest(noise, settings.forest), noise);
    expect(own.filter((score, k) => score > 0.5 === noise[k]?.tumour).length).toBeGreaterThan(57);
  });

  it('refuses 10 folds of 9 tumour slides', () => {
    const rows = slides(1).filter(({ tumour }, k) => !tumour || k < 18);
    expect(() => crossValidateForest(rows, { folds: 10, seeds: [1] })).toThrow(refused);
  });
});

describe('feature tables', () => {
  const HEADER = `,name,tumor,${['a', 'b'].join(',')}`;
  const table = (name: string, ...lines: readonly string[]) => ({ name, text: [HEADER, ...lines, ''].join('\n') });

  it('join normal and tumor files as rows, and files of several thresholds side by side', () => {
    const rows = parseFeatureTables([
      table('tumor_9.csv', '0,t1,1,7,8'),
      table('normal_5.csv', '0,n1,0,1,2'),
      table('normal_9.csv', '0,n1,0,3,4'),
      table('tumor_5.csv', '0,t1,1,5,6'),
    ]);
    expect(rows).toEqual([
      { slide: 'n1', tumour: false, names: ['a', 'b', 'a@*_9.csv', 'b@*_9.csv'], values: [1, 2, 3, 4] },
      { slide: 't1', tumour: true, names: ['a', 'b', 'a@*_9.csv', 'b@*_9.csv'], values: [5, 6, 7, 8] },
    ]);
  });

  it('come back as written', () => {
    const { names, values } = measureHeatmap({ columns: 3, rows: 3, values: new Float32Array(9).fill(0.25) }, [0.5]);
    const rows = [{ slide: 's1.tif', tumour: true, names, values }];
    const text = formatFeatureTable(rows);
    expect(text.split('\n')[0]).toBe(`,name,tumor,${FEATURE_COLUMNS.join(',')}`);
    expect(parseFeatureTables([{ name: 'own.csv', text }])).toEqual(rows);
    expect(() => formatFeatureTable([{ ...(rows[0] as FeatureRow), slide: 'a,b' }])).toThrow(refused);
  });

  it.each([
    ['a cell that is empty', [table('t.csv', '0,n1,0,1,')]],
    ['a cell that is no number', [table('t.csv', '0,n1,0,1,x')]],
    ['a truth of 2', [table('t.csv', '0,n1,2,1,1')]],
    ['a row that is short', [table('t.csv', '0,n1,0,1')]],
    ['a slide that stands twice', [table('t.csv', '0,n1,0,1,1', '1,n1,0,1,1')]],
    ['a slide that the second table lacks', [table('t5.csv', '0,n1,0,1,1'), table('t9.csv', '0,n2,0,1,1')]],
    ['a header without name', [{ name: 't.csv', text: ',slide,tumor,a\n0,n1,0,1\n' }]],
    [
      'other columns in the second file',
      [table('normal.csv', '0,n1,0,1,1'), { name: 'tumor.csv', text: ',name,tumor,b,a\n0,t1,1,1,1\n' }],
    ],
    ['no table', []],
  ])('are refused with %s', (_what, files) => {
    expect(() => parseFeatureTables(files)).toThrow(refused);
  });
});

describe.skipIf(!existsSync(PUBLISHED))('the published feature tables', () => {
  const read = (form: RegExp) =>
    readdirSync(PUBLISHED)
      .filter((name) => form.test(name))
      .map((name) => ({ name, text: readFileSync(`${PUBLISHED}/${name}`, 'utf8') }));

  it('have our 30 columns in our order, of 157 normal and 109 tumour slides', () => {
    const rows = parseFeatureTables(read(/_5_0502/));
    expect(rows.filter(({ tumour }) => tumour)).toHaveLength(109);
    expect(rows).toHaveLength(266);
    for (const { names } of rows) expect(names).toEqual(FEATURE_COLUMNS);
  });

  it('stand side by side at five thresholds, 150 features of each slide', () => {
    const rows = parseFeatureTables(read(/_0502_.*csv$/));
    expect(rows).toHaveLength(266);
    expect(rows[0]?.names).toHaveLength(150);
  });

  it('give a 10-fold cross-validated AUC of at least 0.97 at threshold 0.5', () => {
    const { auc, interval } = crossValidateForest(parseFeatureTables(read(/_5_0502/)), { folds: 10, seeds: [1] });
    expect(auc).toBeGreaterThanOrEqual(0.97);
    expect(interval?.low).toBeGreaterThan(0.93);
  });
});
