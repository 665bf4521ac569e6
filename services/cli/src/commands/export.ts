import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { type ErrorCode, GigascopeError } from '@gigascope/contracts';
import { Problem } from '@gigascope/contracts/http';
import { EXPORT_FORMAT_IDS, paths } from '@gigascope/contracts/paths';
import type { Command } from 'commander';
import { z } from 'zod';
import { type CommandFactory, newCommand, oneOf, parsedBy, requireArgument } from '../command.ts';
import { config } from '../config.ts';
import { readRunning } from '../system/run-record.ts';

interface ExportOptions {
  readonly format: (typeof EXPORT_FORMAT_IDS)[number];
  readonly origin?: 'l0' | 'bounds';
  readonly out?: string;
  readonly url?: string;
  readonly data: string;
  readonly key?: string;
  readonly json?: boolean;
}

export const exportCommand: CommandFactory = (run) =>
  newCommand('export', 'Writes an analysis’ findings in a form that other software reads.')
    .argument('<analysis>', 'its id', parsedBy(z.uuid()))
    .requiredOption('--format <name>', EXPORT_FORMAT_IDS.join(', '), oneOf(...EXPORT_FORMAT_IDS))
    .option(
      '--origin <name>',
      'l0 or bounds: where coordinates count from; default: as the software does',
      oneOf('l0', 'bounds'),
    )
    .option('--out <file>', 'default: standard output')
    .option('--url <address>', 'of a Gigascope elsewhere; default: what `up` serves here', parsedBy(z.url()))
    .option('--data <dir>', 'what `up` serves', './var')
    .option('--key <key>', 'default: GIGASCOPE_KEY')
    .action((id: string, options: ExportOptions, command: Command) =>
      run(command, async (signal) => {
        const { format, out } = options;
        requireArgument(out !== undefined || options.json !== true, '--json needs --out');
        const body = await fetchExport(id, options, signal);
        if (out === undefined) {
          await pipeline(body, process.stdout, { signal, end: false });
          return { json: null, text: '' };
        }
        await writeWhole(body, out, signal);
        return { json: { analysis: id, format, out }, text: `${out}\n` };
      }),
    );

async function fetchExport(id: string, options: ExportOptions, signal: AbortSignal): Promise<Readable> {
  const url = new URL(paths.export(id), await addressOf(options));
  url.searchParams.set('format', options.format);
  if (options.origin !== undefined) url.searchParams.set('origin', options.origin);
  const { key = config.apiKey } = options;
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(url, { headers, signal }).catch((cause: unknown) => {
    throw new GigascopeError('FILE_NOT_FOUND', `nothing answers at ${url.origin}`, { cause });
  });
  if (response.ok && response.body !== null) return Readable.fromWeb(response.body as ReadableStream);
  const problem = Problem.safeParse(await response.json().catch(() => null));
  if (!problem.success) throw new GigascopeError('INTERNAL', `${url.origin} answered ${response.status}`);
  throw new GigascopeError(problem.data.code as ErrorCode, problem.data.detail);
}

async function addressOf({ url, data }: ExportOptions): Promise<string> {
  const address = url ?? (await readRunning(join(resolve(data), 'up.json')))?.url;
  requireArgument(
    address !== undefined,
    'no Gigascope is up here; start one with `gigascope up`, or name it with --url',
  );
  return address;
}

/** The file is there whole or not at all. */
async function writeWhole(body: Readable, path: string, signal: AbortSignal): Promise<void> {
  const draft = `${path}.part`;
  try {
    await pipeline(body, createWriteStream(draft), { signal });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw cause;
  }
}
