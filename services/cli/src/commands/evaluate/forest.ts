import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  type AucResult,
  crossValidateForest,
  type FeatureRow,
  parseFeatureTables,
  rocAuc,
  scoreSlides,
  trainSlideForest,
} from '@gigascope/findings';
import type { Command } from 'commander';
import { nonNegativeInt, type Outcome, positiveInt, requireArgument } from '../../command.ts';
import { describeRange, ends } from './figures.ts';

/** What `evaluate auc --forest` takes. */
export interface ForestOptions {
  readonly train: readonly string[];
  readonly test?: readonly string[];
  readonly folds: number;
  readonly repeats: number;
  readonly trees: number;
  readonly seed: number;
  readonly save?: string;
}

/** The score without a forest: the highest probability in the largest region, by the published tables' name. */
const BASELINE = 'maxprob_largest';

/** Adds the options of `evaluate auc --forest`. */
export function withForestOptions(command: Command): Command {
  return command
    .option('--forest', 'judge a random forest on heatmap features, by slides it was not grown on')
    .option(
      '--train <csv...>',
      'feature tables (name, tumor, features); files of several thresholds stand side by side',
    )
    .option('--test <csv...>', 'feature tables to judge on; without them the training slides are cross-validated')
    .option('--folds <n>', 'folds of the cross-validation', positiveInt, 10)
    .option('--repeats <n>', 'cross-validations, each with folds and a forest of its own seed', positiveInt, 3)
    .option('--trees <n>', 'trees of the forest', positiveInt, 100)
    .option('--seed <n>', 'seed of the first forest and of the bootstrap', nonNegativeInt, 1)
    .option('--save <file>', 'writes the forest grown on all training slides, for a bundle’s slide-forest.json');
}

/** Judges a slide-level forest on feature tables, beside the highest probability alone, both with a bootstrap interval over slides. */
export async function evaluateForest(options: ForestOptions): Promise<Outcome> {
  requireArgument(options.train?.length > 0, '--forest needs --train with at least one feature table');
  const train = await readTables(options.train);
  const test = options.test === undefined ? null : await readTables(options.test);
  const shared = test?.find(({ slide }) => train.some((row) => row.slide === slide));
  requireArgument(shared === undefined, `the slide ${shared?.slide} is in the training and the test tables`);
  const result = test === null ? crossValidate(train, options) : judge(train, test, options);
  if (options.save !== undefined) await writeFile(options.save, JSON.stringify(grow(train, options)));
  const baseline = aucOfFeature(test ?? train, BASELINE, options.seed);
  return {
    json: {
      ...result,
      interval: ends(result.interval),
      baseline: baseline && { ...baseline, interval: ends(baseline.interval) },
    },
    text: describe(result, baseline),
  };
}

interface ForestResult extends AucResult {
  readonly mode: 'cross-validation' | 'held-out';
  readonly features: number;
  readonly folds: number | null;
  readonly aucBySeed: readonly number[] | null;
}

interface Baseline extends AucResult {
  readonly feature: string;
}

function crossValidate(rows: readonly FeatureRow[], { folds, repeats, trees, seed }: ForestOptions): ForestResult {
  const seeds = Array.from({ length: repeats }, (_, k) => seed + k);
  const { scores: _scores, ...result } = crossValidateForest(rows, {
    folds,
    seeds,
    forest: { trees },
    bootstrap: { seed },
  });
  return { ...result, mode: 'cross-validation', features: rows[0]?.names.length ?? 0 };
}

function judge(train: readonly FeatureRow[], test: readonly FeatureRow[], options: ForestOptions): ForestResult {
  const scores = scoreSlides(grow(train, options), test);
  const result = rocAuc(
    test.map(({ tumour, slide }, k) => ({ score: scores[k] as number, positive: tumour, group: slide })),
    { seed: options.seed },
  );
  return { ...result, mode: 'held-out', features: train[0]?.names.length ?? 0, folds: null, aucBySeed: null };
}

function grow(rows: readonly FeatureRow[], { trees, seed }: ForestOptions): ReturnType<typeof trainSlideForest> {
  return trainSlideForest(rows, { trees, seed });
}

function aucOfFeature(rows: readonly FeatureRow[], feature: string, seed: number): Baseline | null {
  const column = rows[0]?.names.indexOf(feature) ?? -1;
  if (column < 0) return null;
  const cases = rows.map(({ tumour, values }) => ({ score: values[column] as number, positive: tumour }));
  return { ...rocAuc(cases, { seed }), feature };
}

async function readTables(paths: readonly string[]): Promise<FeatureRow[]> {
  const files = paths.map(async (path) => ({ name: basename(path), text: await readFile(path, 'utf8') }));
  return parseFeatureTables(await Promise.all(files));
}

function describe(result: ForestResult, baseline: Baseline | null): string {
  const how = result.folds === null ? 'on slides of the test tables' : `${result.folds}-fold cross-validated`;
  const lines = [
    `AUC  ${result.auc.toFixed(4)}${describeRange(result.interval)}  random forest, ${how}`,
    ...(baseline === null
      ? []
      : [`AUC  ${baseline.auc.toFixed(4)}${describeRange(baseline.interval)}  ${baseline.feature} alone`]),
    `${result.positives} tumour and ${result.negatives} normal slides, ${result.features} features`,
    ...(result.aucBySeed === null ? [] : [`by seed  ${result.aucBySeed.map((auc) => auc.toFixed(4)).join('  ')}`]),
  ];
  return `${lines.join('\n')}\n`;
}
