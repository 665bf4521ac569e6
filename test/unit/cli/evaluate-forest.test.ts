import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatFeatureTable, parseSlideForest, scoreSlide } from '@gigascope/findings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../packages/findings/src/evaluation/seeded-random.ts';
import { evaluateForest, type ForestOptions } from '../../../services/cli/src/commands/evaluate/forest.ts';

const NAMES = ['maxprob_largest', 'largest_area', 'noise'];
let folder = '';
let options: ForestOptions;

/** 40 slides, half of them with a tumour: its area tells, its highest probability hardly. */
async function writeTable(name: string, prefix: string, seed: number): Promise<string> {
  const random = seededRandom(seed);
  const rows = Array.from({ length: 40 }, (_, k) => ({
    slide: `${prefix}_${k}.tif`,
    tumour: k % 2 === 1,
    names: NAMES,
    values: [0.8 + 0.2 * random() + 0.02 * (k % 2), 50 * random() + 45 * (k % 2), random()],
  }));
  const path = join(folder, name);
  await writeFile(path, formatFeatureTable(rows));
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gigascope-forest-'));
  options = {
    train: [await writeTable('train.csv', 'a', 1)],
    folds: 5,
    repeats: 2,
    trees: 30,
    seed: 1,
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('evaluate auc --forest', () => {
  it('cross-validates 40 slides and says the AUC of the highest probability beside it, both with an interval', async () => {
    const { json, text } = await evaluateForest(options);
    expect(json).toMatchObject({
      mode: 'cross-validation',
      folds: 5,
      positives: 20,
      negatives: 20,
      features: 3,
      aucBySeed: [expect.any(Number), expect.any(Number)],
      interval: [expect.any(Number), expect.any(Number)],
      baseline: { feature: 'maxprob_largest', interval: [expect.any(Number), expect.any(Number)] },
    });
    const { auc, baseline } = json as { auc: number; baseline: { auc: number } };
    expect(auc).toBeGreaterThan(0.85);
    expect(auc).toBeGreaterThan(baseline.auc);
    expect(text).toContain('5-fold cross-validated');
  });

  it('judges on test tables, and writes a forest that a bundle can carry', async () => {
    const test = [await writeTable('test.csv', 'b', 2)];
    const save = join(folder, 'slide-forest.json');
    const { json } = await evaluateForest({ ...options, test, save });
    expect(json).toMatchObject({ mode: 'held-out', folds: null, positives: 20, negatives: 20 });
    expect((json as { auc: number }).auc).toBeGreaterThan(0.85);
    const forest = parseSlideForest(await readFile(save, 'utf8'));
    expect(scoreSlide(forest, { names: NAMES, values: [0.9, 95, 0.5] })).toBeGreaterThan(0.5);
    expect(scoreSlide(forest, { names: NAMES, values: [0.9, 0, 0.5] })).toBeLessThan(0.5);
  });

  it('refuses a slide that is in the training and the test tables', async () => {
    const test = [await writeTable('again.csv', 'a', 3)];
    await expect(evaluateForest({ ...options, test })).rejects.toThrow(/a_0\.tif is in the training and the test/);
  });

  it('refuses to run without a training table', async () => {
    await expect(evaluateForest({ ...options, train: [] })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});
