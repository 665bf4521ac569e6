import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { rocAuc } from '@gigascope/findings';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, type Outcome, requireArgument } from '../../command.ts';
import { describeRange, ends } from './figures.ts';
import { evaluateForest, type ForestOptions, withForestOptions } from './forest.ts';
import { parseScoreTable } from './formats/score-table.ts';

interface AucOptions extends ForestOptions {
  readonly scores?: string;
  readonly forest?: boolean;
}

export const aucCommand: CommandFactory = (run) =>
  withForestOptions(
    newCommand(
      'auc',
      'Area under the ROC curve with a bootstrap interval, of scores or of a slide-level forest.',
    ).option('--scores <file>', 'CSV with a header: score,label[,group]; label 0 or 1, groups are resampled whole'),
  ).action((options: AucOptions, command: Command) =>
    run(command, () => (options.forest === true ? judgeForest(options) : evaluateScores(options))),
  );

function judgeForest(options: AucOptions): Promise<Outcome> {
  requireArgument(options.scores === undefined, '--forest makes its own scores; leave out --scores');
  return evaluateForest(options);
}

async function evaluateScores({ scores, train, test, save, seed }: AucOptions): Promise<Outcome> {
  const isForForest = [train, test, save].some((option) => option !== undefined);
  requireArgument(!isForForest, '--train, --test and --save belong to --forest');
  requireArgument(scores !== undefined, 'say what to judge: --scores FILE, or --forest with --train');
  const result = rocAuc(parseScoreTable(await readFile(scores, 'utf8'), basename(scores)), { seed });
  const { auc, positives, negatives, interval } = result;
  return {
    json: { ...result, interval: ends(interval) },
    text: `AUC  ${auc.toFixed(4)}${describeRange(interval)}\n${positives} positive, ${negatives} negative\n`,
  };
}
