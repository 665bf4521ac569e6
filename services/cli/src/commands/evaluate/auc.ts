import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { rocAuc, type ScoredCase } from '@gigascope/findings';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, type Outcome, positive, requireArgument } from '../../command.ts';
import { describeRange, ends } from './figures.ts';
import { evaluateForest, type ForestOptions, withForestOptions } from './forest.ts';
import { parseScoreTable } from './formats/score-table.ts';
import { runClassifier } from './run-classifier.ts';

interface AucOptions extends ForestOptions {
  readonly scores?: string;
  readonly forest?: boolean;
  readonly model?: string;
  readonly positive?: string;
  readonly negative?: string;
  readonly imageMpp?: number;
}

export const aucCommand: CommandFactory = (run) =>
  withForestOptions(
    newCommand('auc', 'Area under the ROC curve with a bootstrap interval, of scores or of a slide-level forest.')
      .option('--scores <file>', 'CSV with a header: score,label[,group]; label 0 or 1, groups are resampled whole')
      .option('--model <id>', 'run this classifying model on the pictures of two folders')
      .option('--positive <dir>', 'pictures of the positive class; the middle of each is judged')
      .option('--negative <dir>', 'pictures of the other classes')
      .option('--image-mpp <um>', 'µm per pixel of the pictures (default: the model’s)', positive),
  ).action((options: AucOptions, command: Command) =>
    run(command, () => (options.forest === true ? judgeForest(options) : evaluateScores(options))),
  );

function judgeForest(options: AucOptions): Promise<Outcome> {
  requireArgument(options.scores === undefined, '--forest makes its own scores; leave out --scores');
  return evaluateForest(options);
}

async function evaluateScores({ scores, train, test, save, seed, model, ...folders }: AucOptions): Promise<Outcome> {
  const isForForest = [train, test, save].some((option) => option !== undefined);
  requireArgument(!isForForest, '--train, --test and --save belong to --forest');
  requireArgument(
    (scores === undefined) !== (model === undefined),
    'say what to judge: --scores FILE, --model ID with --positive and --negative, or --forest with --train',
  );
  const result = rocAuc(model === undefined ? await readScores(scores ?? '') : await runOn(model, folders), { seed });
  const { auc, positives, negatives, interval } = result;
  return {
    json: { ...result, interval: ends(interval) },
    text: `AUC  ${auc.toFixed(4)}${describeRange(interval)}\n${positives} positive, ${negatives} negative\n`,
  };
}

async function readScores(path: string): Promise<ScoredCase[]> {
  return parseScoreTable(await readFile(path, 'utf8'), basename(path));
}

async function runOn(
  model: string,
  { positive: yes, negative: no, imageMpp }: Partial<AucOptions>,
): Promise<ScoredCase[]> {
  requireArgument(yes !== undefined && no !== undefined, '--model needs --positive DIR and --negative DIR');
  return await runClassifier({ model, positive: yes, negative: no, imageMpp });
}
