import { once } from 'node:events';
import { access, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, extname, join } from 'node:path';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import type { Command } from 'commander';
import { type CommandFactory, newCommand } from '../command.ts';
import { describeResult } from '../describe-outcome.ts';
import { ProgressLine } from '../progress-line.ts';
import { analyseByApi } from '../system/analyse-by-api.ts';
import { ApiClient } from '../system/api-client.ts';
import { startSystem } from '../system/start-system.ts';
import { TileProgress } from '../tile-progress.ts';
import { type AnalysisOptions, toParameters, withAnalysisOptions } from './analyze.ts';

/** The slide that is drawn when none is named: unlike those that the model was trained on (seeds under 1000). */
const PHANTOM = { seed: 2026, widthPx: 12_000, heightPx: 10_000, path: join('gigascope-out', 'phantom.svs') };
const PREFERRED_PORT = 8080;

interface StartOptions extends AnalysisOptions {
  readonly data: string;
  readonly once?: boolean;
}

export const startCommand: CommandFactory = (run) =>
  withAnalysisOptions(newCommand('start', 'Serves, and analyses one slide, or a phantom that it draws first.'))
    .argument('[slide]', 'whole-slide image')
    .option('--data <dir>', 'folder of database, slides and results', './var')
    .option('--once', 'end when the analysis is done instead of serving on')
    .action((slide: string | undefined, options: StartOptions, command: Command) =>
      run(command, async (signal) => {
        const say = (text: string): void => void process.stderr.write(`${text}\n`);
        const slidePath = slide ?? (await phantomSlide(signal, say));
        const outFolder = options.out ?? join('gigascope-out', basename(slidePath, extname(slidePath)));
        const port = options.once === true || !(await isFree(PREFERRED_PORT)) ? 0 : PREFERRED_PORT;
        await using system = await startSystem({ dataFolder: options.data, port, workers: 1, say });
        using line = new ProgressLine(basename(slidePath));
        const api = new ApiClient(system.url, signal);
        const input = { slidePath, model: options.model, parameters: toParameters(options), outFolder };
        const result = await analyseByApi(api, input, line);
        const json = { ...result, out: outFolder, url: system.url };
        if (options.once === true) return { json, text: describeResult(result, outFolder) };
        process.stdout.write(describeResult(result, outFolder));
        say(`  page     ${system.url}\n\nServing until Ctrl-C.`);
        if (!signal.aborted) await once(signal, 'abort');
        return { json, text: '' };
      }),
    );

async function phantomSlide(signal: AbortSignal, say: (text: string) => void): Promise<string> {
  const { path, ...size } = PHANTOM;
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) return path;
  say('no slide was named: drawing a phantom (a made-up lymph node with metastases)');
  await mkdir(dirname(path), { recursive: true });
  using progress = new TileProgress(path);
  await paintMetastasisPhantom({ ...size, out: path, format: 'aperio', onProgress: progress.show, signal });
  return path;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  server.close();
  return free;
}
