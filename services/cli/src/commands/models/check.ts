import { type Bundle, findBundle } from '@gigascope/models';
import type { Command } from 'commander';
import { type CommandFactory, newCommand } from '../../command.ts';
import { config } from '../../config.ts';
import { startEngine } from '../../services.ts';

export const checkCommand: CommandFactory = (run) =>
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
    );

/** The golden patch is checked by the engine itself when it loads a bundle. */
async function runGolden(bundle: Bundle): Promise<{ runtime: string; provider: string }> {
  await using engine = startEngine();
  const options = { orientations: 1, patchwise: true, threads: config.threads, batchSize: 1 } as const;
  return await engine.call('load', { bundleFolder: bundle.folder, ...options });
}
