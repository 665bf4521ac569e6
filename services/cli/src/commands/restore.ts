import { join, resolve } from 'node:path';
import { restore } from '@gigascope/store';
import type { Command } from 'commander';
import { type CommandFactory, newCommand } from '../command.ts';

export const restoreCommand: CommandFactory = (run) =>
  newCommand('restore', 'Puts a backup into a data folder that holds nothing yet.')
    .argument('<source>', 'folder that `backup` made')
    .option('--data <dir>', 'what `up` will serve', './var')
    .action((source: string, { data }: { data: string }, command: Command) =>
      run(command, async () => {
        const folder = resolve(data);
        await restore({ source, folder: join(folder, 'postgres'), blobsFolder: join(folder, 'blobs') });
        return { json: { source, data }, text: `${data}\n` };
      }),
    );
