import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import {
  CAMELYON16_SCALE,
  FROC_RATES,
  type FrocResult,
  findHits,
  frocOfHits,
  parseDetectionCsv,
  rocAuc,
  type ScoredCase,
  type SlideHits,
} from '@gigascope/findings';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, positive, requireArgument } from '../command.ts';
import { readTruthMask } from '../mask-file.ts';

interface FrocOptions {
  readonly truth: string;
  readonly detections: string;
  readonly truthDownsample: number;
  readonly mpp: number;
  readonly compat?: boolean;
}

const MASK_EXTENSIONS = ['.png', '.tif', '.tiff'];

export const evaluateCommand: CommandFactory = (run) =>
  newCommand('evaluate', 'Compares findings with truth.')
    .addCommand(
      newCommand('froc', 'Lesion FROC as CAMELYON16 computes it.')
        .requiredOption('--truth <dir>', 'masks, PNG or TIFF, one per tumour slide, named as the slide’s CSV')
        .requiredOption('--detections <dir>', 'CSV files, one per slide: confidence,x,y in level-0 pixels')
        .option('--truth-downsample <n>', 'level-0 pixels per mask pixel', positive, CAMELYON16_SCALE.downsample)
        .option('--mpp <um>', 'µm per level-0 pixel', positive, CAMELYON16_SCALE.mpp)
        .option('--compat', 'to the last digit as the public script, its faults included')
        .action((options: FrocOptions, command: Command) =>
          run(command, async () => {
            const { curve: _points, ...result } = await evaluateFolders(options);
            return { json: { ...result, interval: ends(result) }, text: describeFroc(result) };
          }),
        ),
    )
    .addCommand(
      newCommand('auc', 'Area under the ROC curve with a bootstrap interval.')
        .requiredOption(
          '--scores <file>',
          'CSV with a header: score,label[,group]; label 0 or 1, groups are resampled whole',
        )
        .action(({ scores }: { scores: string }, command: Command) =>
          run(command, async () => {
            const result = rocAuc(parseScores(await readFile(scores, 'utf8')));
            const { auc, positives, negatives } = result;
            return {
              json: { ...result, interval: ends(result) },
              text: `AUC  ${auc.toFixed(4)}${describeRange(result)}\n${positives} positive, ${negatives} negative\n`,
            };
          }),
        ),
    );

async function evaluateFolders(options: FrocOptions): Promise<FrocResult> {
  const mode = options.compat === true ? 'compat' : 'strict';
  const scale = { mpp: options.mpp, downsample: options.truthDownsample };
  const masks = await filesByName(options.truth, MASK_EXTENSIONS);
  const tables = await filesByName(options.detections, ['.csv']);
  requireArgument(tables.size > 0, `there is no CSV file in ${options.detections}`);
  const hits: SlideHits[] = [];
  for (const name of [...new Set([...masks.keys(), ...tables.keys()])].sort()) {
    const [maskPath, tablePath] = [masks.get(name), tables.get(name)];
    const truth = maskPath === undefined ? null : await readTruthMask(maskPath, options.truthDownsample);
    const detections =
      tablePath === undefined ? null : parseDetectionCsv(await readFile(tablePath, 'utf8'), basename(tablePath));
    hits.push(findHits({ name, truth, detections }, scale, mode));
  }
  return frocOfHits(hits, { mode, ...scale });
}

/** Files of a folder by slide name: what stands before the extension, and before a `.mask`. */
async function filesByName(folder: string, extensions: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const file of await readdir(folder)) {
    const extension = extname(file).toLowerCase();
    if (!extensions.includes(extension)) continue;
    const name = file.slice(0, -extension.length).replace(/\.mask$/, '');
    requireArgument(!found.has(name), `two files in ${folder} belong to the slide ${name}`);
    found.set(name, join(folder, file));
  }
  return found;
}

function ends({ interval }: Pick<FrocResult, 'interval'>): readonly [number, number] | null {
  return interval === null ? null : [interval.low, interval.high];
}

function describeRange(result: Pick<FrocResult, 'interval'>): string {
  const interval = ends(result);
  return interval === null ? '' : `  (95 % ${interval.map((end) => end.toFixed(4)).join(' to ')})`;
}

function describeFroc(result: Omit<FrocResult, 'curve'>): string {
  const rows = FROC_RATES.map((rate, i) => `  ${String(rate).padStart(5)}  ${format(result.sensitivities[i])}`);
  return [
    `FROC score  ${format(result.score)}${describeRange(result)}  (${result.mode})`,
    `${result.lesions} lesions that are no ITC, ${result.slides} slides`,
    'sensitivity at mean false positives per slide',
    ...rows,
    '',
  ].join('\n');
}

function format(value: number | null | undefined): string {
  return value === null || value === undefined ? 'undefined' : value.toFixed(4);
}

function parseScores(text: string): ScoredCase[] {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim());
  const [score, label, group] = ['score', 'label', 'group'].map((name) => names.indexOf(name)) as [
    number,
    number,
    number,
  ];
  requireArgument(score >= 0 && label >= 0, 'the CSV’s header names score and label');
  return lines.map((line, i) => {
    const cells = line.split(',').map((cell) => cell.trim());
    const text = cells[score] ?? '';
    const value = Number(text);
    const positive = cells[label];
    requireArgument(text !== '' && Number.isFinite(value), `line ${i + 2}: the score is no number`);
    requireArgument(positive === '0' || positive === '1', `line ${i + 2}: the label is neither 0 nor 1`);
    const member = group < 0 ? undefined : cells[group];
    return { score: value, positive: positive === '1', ...(member !== undefined && { group: member }) };
  });
}
