import { execFile } from 'node:child_process';
import { randomBytes, randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { paths, Slide } from '@gigascope/contracts/http';
import { openApiHome, peakMemoryBytes } from '../test/support/api-process.ts';
import { largeSlide } from '../test/support/killed-upload.ts';
import { tusUpload, uploadEnded } from '../test/support/tus-upload.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';

const SIZE_BYTES = { small: 20_000_000, full: 2_000_000_000, large: 2_000_000_000 } as const;
const GOAL = 0.7;
const LIMIT_BYTES = 300_000_000;
/** The fastest of so many, run in turns: whatever else runs here only slows. */
const ROUNDS = 3;
const PATIENCE_MS = 600_000;
const COMMAND = 'npm run bench -- ingest';

const run = promisify(execFile);

/** Upload to a slide that is hashed, opened and ready, beside copying the same file and hashing the copy. */
export const ingest: Benchmark = {
  description: 'a file of 2 GB by PUT and by tus until its slide is ready, beside cp and sha256sum',
  async run(say, size) {
    await using home = await openApiHome();
    const { child, url } = await home.start();
    const file = await largeSlide(home.folder, SIZE_BYTES[size], randomFillSync);
    const pid = child.pid ?? 0;
    const idleBytes = await peakMemoryBytes(pid);
    const best = { copy: Number.POSITIVE_INFINITY, put: Number.POSITIVE_INFINITY, tus: Number.POSITIVE_INFINITY };
    const ways = {
      copy: () => copyAndHash(file),
      put: () => byPut(url, file),
      tus: () => byTus(url, file, SIZE_BYTES[size]),
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const way of ['copy', 'put', 'tus'] as const) {
        await becomeAnother(file);
        const began = performance.now();
        const slideId = await ways[way]();
        const seconds = (performance.now() - began) / 1000;
        say(`round ${round}: ${way} ${seconds.toFixed(2)} s`);
        best[way] = Math.min(best[way], seconds);
        if (slideId !== null) await forget(url, slideId);
      }
    }
    return rows(best, { sizeBytes: SIZE_BYTES[size], idleBytes, peakBytes: await peakMemoryBytes(pid) });
  },
};

/** The same bytes twice are one slide. The last ones are behind everything that a reader looks at. */
async function becomeAnother(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  const mark = randomBytes(16);
  await file.write(mark, 0, mark.length, (await file.stat()).size - mark.length);
}

async function copyAndHash(path: string): Promise<null> {
  const copy = `${path}.copy`;
  await run('cp', [path, copy]);
  await run('sha256sum', [copy]);
  await rm(copy);
  return null;
}

/** By curl, as scripts are told to: fetch with a Blob takes as much of a processor to send as the API does to receive. */
async function byPut(url: string, path: string): Promise<string> {
  const { stdout } = await run('curl', ['-sS', '--fail-with-body', '-T', path, url + paths.namedSlide('large.svs')]);
  return ready(Slide.parse(JSON.parse(stdout)));
}

async function byTus(url: string, path: string, sizeBytes: number): Promise<string> {
  const source = createReadStream(path, { highWaterMark: 2 ** 20 });
  const address = await tusUpload(url, source, sizeBytes, { filename: 'large.svs' });
  const { state, slideId } = await uploadEnded(address, {}, PATIENCE_MS);
  if (state !== 'ready' || slideId === null) throw new Error(`the upload is ${state}`);
  return slideId;
}

function ready({ id, state }: Slide): string {
  if (state !== 'ready') throw new Error(`the slide is ${state}`);
  return id;
}

async function forget(url: string, slideId: string): Promise<void> {
  const { ok, status } = await fetch(url + paths.slide(slideId), { method: 'DELETE' });
  if (!ok) throw new Error(`deleting answered ${status}`);
}

function rows(
  best: Readonly<Record<'copy' | 'put' | 'tus', number>>,
  { sizeBytes, idleBytes, peakBytes }: Readonly<Record<'sizeBytes' | 'idleBytes' | 'peakBytes', number>>,
): BenchmarkRow[] {
  const rate = (seconds: number): string => `${(sizeBytes / 1e6 / seconds).toFixed(0)} MB/s`;
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  const uploads = (['put', 'tus'] as const).map((way): BenchmarkRow => {
    const share = best.copy / best[way];
    return {
      name: `ingest by ${way === 'put' ? 'PUT' : 'tus'} to a ready slide, of cp and sha256sum`,
      goal: `≥ ${GOAL}`,
      reached: `${share.toFixed(2)} (${rate(best[way])})`,
      met: share >= GOAL,
      peer: `cp and sha256sum of the same ${megabytes(sizeBytes)}: ${rate(best.copy)}`,
      command: COMMAND,
    };
  });
  const memory: BenchmarkRow = {
    name: 'ingest: peak memory of the API',
    goal: '< 300 MB',
    reached: megabytes(peakBytes),
    met: peakBytes < LIMIT_BYTES,
    peer: `${megabytes(idleBytes)} before the first upload; ${2 * ROUNDS} uploads of ${megabytes(sizeBytes)}`,
    command: COMMAND,
  };
  return [...uploads, memory];
}
