import { join } from 'node:path';
import { ARCHITECTURES, writeUntrainedBundle } from '@gigascope/models';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, nonNegativeInt, oneOf, positive, positiveInt } from '../../command.ts';
import { config } from '../../config.ts';

interface BuildOptions {
  readonly architecture: string;
  readonly width: number;
  readonly classes: number;
  readonly average?: '1' | '4';
  readonly minChannels: number;
  readonly seed: number;
  readonly out?: string;
}

const ARCHITECTURE_NAMES = Object.keys(ARCHITECTURES);
/** The one whose patches are averaged unless something else is said, as those of the shipped model are. */
const AVERAGED = 'inception-v3';

export const buildCommand: CommandFactory = (run) =>
  newCommand('build', 'Writes a bundle with initial weights, for training.')
    .argument('<name>')
    .option('--architecture <name>', ARCHITECTURE_NAMES.join(' | '), oneOf(...ARCHITECTURE_NAMES), AVERAGED)
    .option('--width <w>', 'multiplies the number of channels', positive, 1)
    .option('--classes <n>', 'number of classes, of a segmenting network with the background', positiveInt, 2)
    .option('--min-channels <n>', 'no layer gets fewer channels', positiveInt, 1)
    .option('--average <n>', `4: the graph begins with a 4 × 4 average (default: 4 for ${AVERAGED})`, oneOf('1', '4'))
    .option('--seed <n>', 'of the initial weights', nonNegativeInt, 1)
    .option('--out <dir>', 'folder (default: among the installed models)')
    .action((name: string, options: BuildOptions, command: Command) =>
      run(command, async () => {
        const { out = join(config.modelsFolder, name), average, ...network } = options;
        const averages = average === undefined ? network.architecture === AVERAGED : average === '4';
        const manifest = await writeUntrainedBundle(out, { ...network, name, averageFactor: averages ? 4 : 1 });
        return { json: { ...manifest, out }, text: `${out}\n${manifest.parameterCount} parameters, untrained\n` };
      }),
    );
