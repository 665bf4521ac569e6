import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { type CommandFactory, newCommand, parsedBy, positive, requireArgument } from '../command.ts';
import { config } from '../config.ts';
import { readRunning } from '../system/run-record.ts';
import { UploadAddresses } from '../watch/upload-addresses.ts';
import { type WatchEvent, WORK_FOLDER, watchFolder } from '../watch/watch-folder.ts';

interface WatchCommandOptions {
  readonly url?: string;
  readonly data: string;
  readonly key?: string;
  readonly once?: boolean;
  readonly settle: number;
}

export const watchCommand: CommandFactory = (run) =>
  newCommand('watch', 'Uploads what a scanner writes into a folder, and moves it to done/ or refused/ there.')
    .argument('<folder>', 'slides as files; MIRAX with its folder; VMS and DICOM in a folder for each')
    .option('--url <address>', 'of a Gigascope elsewhere; default: what `up` serves here', parsedBy(z.url()))
    .option('--data <dir>', 'what `up` serves', './var')
    .option('--key <key>', 'default: GIGASCOPE_KEY')
    .option('--settle <seconds>', 'how long a file must stay as it is before it is taken', positive, 30)
    .option('--once', 'end when what is there is done')
    .action((given: string, options: WatchCommandOptions, command: Command) =>
      run(command, async (signal) => {
        const folder = resolve(given);
        const url = options.url ?? (await readRunning(join(resolve(options.data), 'up.json')))?.url;
        requireArgument(url !== undefined, 'no Gigascope is up here; start one with `gigascope up`, or use --url');
        const { key = config.apiKey } = options;
        const events: WatchEvent[] = [];
        const left = await watchFolder(
          {
            ...{ folder, settleMs: options.settle * 1000, once: options.once === true },
            to: {
              url,
              headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
              addresses: await UploadAddresses.open(join(folder, WORK_FOLDER, 'uploads.json')),
            },
            onEvent: (event) => {
              process.stderr.write(`${line(event)}\n`);
              if (options.once === true) events.push(event);
            },
          },
          signal,
        );
        const json = {
          accepted: events.filter(({ outcome }) => outcome === 'accepted'),
          refused: events.filter(({ outcome }) => outcome === 'refused'),
          left,
        };
        const text = `${json.accepted.length} accepted, ${json.refused.length} refused, ${left.length} left\n`;
        const failed = options.once === true && json.refused.length + left.length > 0;
        return { json, text: options.once === true ? text : '', failed };
      }),
    );

function line(event: WatchEvent): string {
  const { outcome, name } = event;
  return outcome === 'accepted'
    ? `accepted  ${name}  ${event.slideId}`
    : `${outcome.padEnd(8)}  ${name}  ${event.reason}`;
}
