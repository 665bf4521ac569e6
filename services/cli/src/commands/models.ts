import { join } from 'node:path';
import {
  ARCHITECTURES,
  type Bundle,
  type BundleEntry,
  findBundle,
  listBundles,
  writeInitialBundle,
} from '@gigascope/models';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, nonNegativeInt, oneOf, positive, positiveInt } from '../command.ts';
import { config } from '../config.ts';
import { startEngine } from '../services.ts';

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

export const modelsCommand: CommandFactory = (run) =>
  newCommand('models', 'The model bundles of this installation.')
    .addCommand(
      newCommand('list', 'Names, versions and tasks.').action((_options: unknown, command: Command) =>
        run(command, async () => {
          const bundles = (await listBundles(config.modelsFolder)).map(describeEntry);
          return { json: { models: bundles.map(({ json }) => json) }, text: bundles.map(({ text }) => text).join('') };
        }),
      ),
    )
    .addCommand(
      newCommand('show', 'What a model is made for, was trained on and reaches.')
        .argument('<name>')
        .action((name: string, _options: unknown, command: Command) =>
          run(command, async () => {
            const { manifest, sha256 } = await findBundle(config.modelsFolder, name);
            return { json: { ...manifest, sha256 }, text: `${JSON.stringify({ ...manifest, sha256 }, null, 2)}\n` };
          }),
        ),
    )
    .addCommand(
      newCommand('check', 'Hashes every file and runs the golden patch.')
        .argument('<name>')
        .action((name: string, _options: unknown, command: Command) =>
          run(command, async () => {
            const bundle = await findBundle(config.modelsFolder, name);
            const { runtime, provider } = await runGolden(bundle);
            return {
              json: { name, sha256: bundle.sha256, ok: true, runtime, provider },
              text: `${name}: every file is as listed, and the golden patch gives the stated output (${runtime}, ${provider})\n`,
            };
          }),
        ),
    )
    .addCommand(
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
        ),
    );

function describeEntry(entry: BundleEntry): { json: unknown; text: string } {
  const { name } = entry;
  if (entry.state === 'damaged') {
    const error = entry.error.toJSON();
    return { json: { name, error }, text: `${name}  ${error.code}: ${error.message}\n` };
  }
  const { version, task, title } = entry.manifest;
  return { json: { name, version, task, title }, text: `${name} ${version}  ${task}  ${title}\n` };
}

/** The golden patch is checked by the engine itself when it loads a bundle. */
async function runGolden(bundle: Bundle): Promise<{ runtime: string; provider: string }> {
  await using engine = startEngine();
  const options = { orientations: 1, threads: config.threads, batchSize: 1 } as const;
  return await engine.call('load', { bundleFolder: bundle.folder, ...options });
}
