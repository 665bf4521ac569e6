import { join, resolve } from 'node:path';
import { backup, startEmbeddedPostgres } from '@gigascope/store';
import type { Command } from 'commander';
import { type CommandFactory, newCommand } from '../command.ts';

export const backupCommand: CommandFactory = (run) =>
  newCommand('backup', 'Copies database, slides and results into a new folder, also while they are in use.')
    .argument('<target>', 'folder that does not exist yet, or is empty')
    .option('--data <dir>', 'what `up` serves', './var')
    .action((target: string, { data }: { data: string }, command: Command) =>
      run(command, async () => {
        const folder = resolve(data);
        const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres') });
        try {
          await backup({ postgres, blobsFolder: join(folder, 'blobs'), target });
        } finally {
          // One that ran before is somebody else's to stop.
          if (!postgres.adopted) await postgres.stop();
        }
        return { json: { target }, text: `${target}\n` };
      }),
    );
