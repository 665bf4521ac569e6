import { findBundle } from '@gigascope/models';
import type { Command } from 'commander';
import { type CommandFactory, newCommand } from '../../command.ts';
import { config } from '../../config.ts';

export const showCommand: CommandFactory = (run) =>
  newCommand('show', 'What a model is made for, was trained on and reaches.')
    .argument('<name>')
    .action((name: string, _options: unknown, command: Command) =>
      run(command, async () => {
        const { manifest, sha256 } = await findBundle(config.modelsFolder, name);
        return { json: { ...manifest, sha256 }, text: `${JSON.stringify({ ...manifest, sha256 }, null, 2)}\n` };
      }),
    );
