import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  CAMELYON16_SCALE,
  FROC_RATES,
  type FrocResult,
  findHits,
  frocOfHits,
  parseDetectionCsv,
  type SlideHits,
} from '@gigascope/findings';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, positive, requireArgument } from '../../command.ts';
import { readTruthMask } from '../../mask-file.ts';
import { describeNumber, describeRange, ends } from './figures.ts';
import { filesByName } from './files.ts';

interface FrocOptions {
  readonly truth: string;
  readonly detections: string;
  readonly truthDownsample: number;
  readonly mpp: number;
  readonly compat?: boolean;
}

const MASK_EXTENSIONS = ['.png', '.tif', '.tiff'];

export const frocCommand: CommandFactory = (run) =>
  newCommand('froc', 'Lesion FROC as CAMELYON16 computes it.')
    .requiredOption('--truth <dir>', 'masks, PNG or TIFF, one per tumour slide, named as the slide’s CSV')
    .requiredOption('--detections <dir>', 'CSV files, one per slide: confidence,x,y in level-0 pixels')
    .option('--truth-downsample <n>', 'level-0 pixels per mask pixel', positive, CAMELYON16_SCALE.downsample)
    .option('--mpp <um>', 'µm per level-0 pixel', positive, CAMELYON16_SCALE.mpp)
    .option('--compat', 'to the last digit as the public script, its faults included')
    .action((options: FrocOptions, command: Command) =>
      run(command, async () => {
        const { curve: _points, band: _band, ...result } = await evaluateFolders(options);
        return { json: { ...result, interval: ends(result.interval) }, text: describe(result) };
      }),
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

function describe(result: Omit<FrocResult, 'curve' | 'band'>): string {
  const rows = FROC_RATES.map((rate, i) => `  ${String(rate).padStart(5)}  ${describeNumber(result.sensitivities[i])}`);
  return [
    `FROC score  ${describeNumber(result.score)}${describeRange(result.interval)}  (${result.mode})`,
    `${result.lesions} lesions that are no ITC, ${result.slides} slides`,
    'sensitivity at mean false positives per slide',
    ...rows,
    '',
  ].join('\n');
}
