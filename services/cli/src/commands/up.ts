import { once } from 'node:events';
import type { Command } from 'commander';
import { type CommandFactory, newCommand, nonNegativeInt, oneOf, positiveInt } from '../command.ts';
import { startSystem } from '../system/start-system.ts';

interface UpOptions {
  readonly port: number;
  readonly data: string;
  readonly workers: number;
  readonly access?: 'open' | 'keys';
}

export const upCommand: CommandFactory = (run) =>
  newCommand('up', 'Serves: API, worker and page, on a Postgres of its own, until Ctrl-C.')
    .option('--port <n>', '0: any free port', nonNegativeInt, 8080)
    .option('--data <dir>', 'folder of database, slides and results', './var')
    .option('--workers <n>', 'worker processes', positiveInt, 1)
    .option(
      '--access <who>',
      'open: whoever reaches it (default on loopback) | keys: see `keys`',
      oneOf('open', 'keys'),
    )
    .action(({ port, data, workers, access }: UpOptions, command: Command) =>
      run(command, async (signal) => {
        const say = (line: string): void => void process.stderr.write(`${line}\n`);
        await using system = await startSystem({ dataFolder: data, port, workers, access, say });
        process.stdout.write(
          command.optsWithGlobals()['json'] === true ? `${JSON.stringify({ url: system.url })}\n` : `${system.url}\n`,
        );
        if (!signal.aborted) await once(signal, 'abort');
        say('stopping');
        return { json: { stopped: true }, text: '' };
      }),
    );
