import { extname } from 'node:path';
import { GigascopeError } from '@gigascope/contracts';
import { paintC4dPhantom, paintMetastasisPhantom } from '@gigascope/phantom';
import type { Command } from 'commander';
import {
  type CommandFactory,
  newCommand,
  nonNegativeInt,
  oneOf,
  percent,
  positiveInt,
  requireArgument,
} from '../command.ts';
import { TileProgress } from '../tile-progress.ts';

interface SlideOptions {
  readonly out: string;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly format: 'generic' | 'aperio';
}

interface MetastasisOptions extends SlideOptions {
  readonly lesions?: number;
}

interface C4dOptions extends SlideOptions {
  readonly ratio?: number;
  readonly capillaries?: number;
}

const EXTENSIONS = ['.tif', '.tiff', '.svs'];

function newSlideCommand(name: string, description: string, widthPx: number, heightPx: number): Command {
  return newCommand(name, description)
    .requiredOption('--out <file>', 'NAME.tif or NAME.svs')
    .option('--seed <n>', 'the same seed draws the same slide', nonNegativeInt, 1)
    .option('--width <px>', 'level-0 pixels', positiveInt, widthPx)
    .option('--height <px>', 'level-0 pixels', positiveInt, heightPx)
    .option('--format <form>', 'generic | aperio', oneOf('generic', 'aperio'), 'generic');
}

/** Runs a painter with the options that all phantoms share, showing its progress. */
async function paint<T>(
  { out, seed, width: widthPx, height: heightPx, format }: SlideOptions,
  signal: AbortSignal,
  painter: (shared: {
    readonly seed: number;
    readonly widthPx: number;
    readonly heightPx: number;
    readonly format: 'generic' | 'aperio';
    readonly out: string;
    readonly onProgress: (tilesDone: number, tilesTotal: number) => void;
    readonly signal: AbortSignal;
  }) => Promise<T>,
): Promise<T> {
  requireArgument(EXTENSIONS.includes(extname(out).toLowerCase()), `--out ends in ${EXTENSIONS.join(', ')}`);
  using progress = new TileProgress(out);
  return await painter({ seed, widthPx, heightPx, format, out, onProgress: progress.show, signal }).catch(
    (cause: unknown) => {
      throw signal.aborted ? new GigascopeError('CANCELED', undefined, { cause }) : cause;
    },
  );
}

const metastasisCommand: CommandFactory = (run) =>
  newSlideCommand(
    'metastasis',
    'A lymph node with metastases; also writes NAME.mask.tif and NAME.truth.geojson.',
    12_000,
    10_000,
  )
    .option('--lesions <n>', 'number of metastases; 0 draws a normal slide', nonNegativeInt)
    .action((options: MetastasisOptions, command: Command) =>
      run(command, async (signal) => {
        const { out, seed, lesions } = options;
        const truth = await paint(options, signal, (shared) =>
          paintMetastasisPhantom({ ...shared, ...(lesions !== undefined && { lesions }) }),
        );
        return {
          json: { out, mask: truth.maskPath, truth: truth.geoJsonPath, seed, lesions: truth.lesions },
          text: `${out}\n${truth.maskPath}\n${truth.geoJsonPath}\n${truth.lesions.length} lesions\n`,
        };
      }),
    );

const c4dCommand: CommandFactory = (run) =>
  newSlideCommand(
    'c4d',
    'A renal biopsy stained for C4d; also writes NAME.mask.tif and NAME.truth.geojson.',
    8000,
    6000,
  )
    .option('--ratio <percent>', 'share of positive capillaries, to the nearest capillary', percent)
    .option('--capillaries <n>', 'number of peritubular capillaries', nonNegativeInt)
    .action((options: C4dOptions, command: Command) =>
      run(command, async (signal) => {
        const { out, seed, ratio: ratioPercent, capillaries } = options;
        const truth = await paint(options, signal, (shared) =>
          paintC4dPhantom({
            ...shared,
            ...(ratioPercent !== undefined && { ratioPercent }),
            ...(capillaries !== undefined && { capillaries }),
          }),
        );
        const { maskPath: mask, geoJsonPath, positive, negative, ratio, grade } = truth;
        return {
          json: { out, mask, truth: geoJsonPath, seed, positive, negative, ratio, grade },
          text: `${out}\n${mask}\n${geoJsonPath}\n${positive} positive, ${negative} negative capillaries, Banff C4d ${grade ?? 'ungraded'}\n`,
        };
      }),
    );

export const phantomCommand: CommandFactory = (run) =>
  newCommand('phantom', 'Draws slides whose contents are known.')
    .addCommand(metastasisCommand(run))
    .addCommand(c4dCommand(run));
