import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AucResult,
  crossValidateForest,
  type FeatureRow,
  formatFeatureTable,
  measureHeatmap,
  type ProbabilityMap,
  readNpy,
  rocAuc,
  slideScore,
} from '@gigascope/findings';
import type { BenchmarkRow } from '../benchmark.ts';
import { type JudgedSlide, resultFolder } from '../judge-slides.ts';

/** Those of Wang et al. 2016. */
const THRESHOLDS = [0.5, 0.9];
const FOLDS = 5;
const SEEDS = [1, 2, 3];

/**
 * The slide-level forest on features of our own code, cross-validated, beside the highest probability alone. The features
 * are written to `work`/features.csv, which `gigascope evaluate auc --forest --train` reads.
 */
export async function slideLevelRow(
  slides: readonly JudgedSlide[],
  work: string,
  command: string,
): Promise<BenchmarkRow> {
  const maps = await Promise.all(slides.map(({ name }) => readHeatmap(join(resultFolder(work, name), 'heatmap.npy'))));
  const rows: FeatureRow[] = slides.map(({ name, maskPath }, k) => ({
    slide: name,
    tumour: maskPath !== null,
    ...measureHeatmap(maps[k] as ProbabilityMap, THRESHOLDS),
  }));
  await writeFile(join(work, 'features.csv'), formatFeatureTable(rows));
  const forest = crossValidateForest(rows, { folds: FOLDS, seeds: SEEDS });
  const maximum = rocAuc(
    rows.map(({ tumour }, k) => ({ score: slideScore(maps[k] as ProbabilityMap) ?? 0, positive: tumour })),
  );
  const bySeed = forest.aucBySeed.map((value) => value.toFixed(3)).join(', ');
  return {
    name: 'collage slide AUC of a forest on our own features',
    goal: 'stated',
    reached: describe(forest),
    met: true,
    peer:
      `highest probability alone: ${describe(maximum)}; ${forest.positives} tumour and ${forest.negatives} normal slides, ` +
      `${FOLDS} folds, by seed ${bySeed}, ${rows[0]?.names.length} features; easy: every tumour slide has a lesion of 1 mm, and all slides share the patches`,
    command,
  };
}

async function readHeatmap(path: string): Promise<ProbabilityMap> {
  const { shape, data } = readNpy(await readFile(path));
  const [rows, columns] = shape;
  if (rows === undefined || columns === undefined || data instanceof Uint8Array)
    throw new Error(`${path} is no heatmap`);
  return { columns, rows, values: data };
}

function describe({ auc, interval }: AucResult): string {
  const range = interval === null ? '' : ` (95 % ${interval.low.toFixed(3)}–${interval.high.toFixed(3)})`;
  return `${auc.toFixed(3)}${range}`;
}
