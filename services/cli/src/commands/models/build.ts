import { join } from 'node:path';
import { ARCHITECTURES, writeInitialBundle } from '@gigascope/models';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, nonNegativeInt, oneOf, positive, positiveInt } from '../../command.ts';
import { config } from '../../config.ts';

interface BuildOptions {
  readonly architecture: string;
  readonly width: number;
  readonly classes: number;
  readonly average: '1' | '4';
  readonly minChannels: number;
  readonly seed: number;
  readonly out?: string;
}

const ARCHITECTURE_NAMES = Object.keys(ARCHITECTURES);

export const buildCommand: CommandFactory = (run) =>
  newCommand('build', 'Writes a bundle with initial weights, for training.')
    .argument('<name>')
    .option('--architecture <name>', ARCHITECTURE_NAMES.join(' | '), oneOf(...ARCHITECTURE_NAMES), 'inception-v3')
    .option('--width <w>', 'multiplies the number of channels', positive, 1)
    .option('--classes <n>', 'number of classes', positiveInt, 2)
    .option('--min-channels <n>', 'no layer gets fewer channels', positiveInt, 1)
    .option('--average <n>', '4: the graph begins with a 4 × 4 average', oneOf('1', '4'), '4')
    .option('--seed <n>', 'of the initial weights', nonNegativeInt, 1)
    .option('--out <dir>', 'folder (default: among the installed models)')
    .action((name: string, options: BuildOptions, command: Command) =>
      run(command, async () => {
        const { out = join(config.modelsFolder, name), classes: count, average, ...architecture } = options;
        const classes = count === 2 ? ['normal', 'tumour'] : Array.from({ length: count }, (_, k) => `class-${k}`);
        const manifest = await writeInitialBundle(out, {
          ...architecture,
          averageFactor: average === '4' ? 4 : 1,
          manifest: { name, title: `${name}, untrained`, classes, positiveClass: classes.at(-1) ?? '' },
        });
        return { json: { ...manifest, out }, text: `${out}\n${manifest.parameterCount} parameters, untrained\n` };
      }),
    );
