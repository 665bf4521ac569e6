/** What a service's processes may do at any moment, and what must come of it: the undisturbed bytes, once. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROBLEM_MEDIA_TYPE, paths } from '@gigascope/contracts/paths';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  doneBlocks,
  endsOf,
  expectEndedOnce,
  expectNotRepeated,
  until,
  waitForBlocks,
} from '../support/analysis-record.ts';
import { runJson } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { hashFolder } from '../support/folders.ts';
import { type Installation, type QueueBackend, startInstallation } from '../support/installation.ts';
import { isGoneWithin, processorTicks, type ServiceProcess } from '../support/service-process.ts';
import { seed } from './config.ts';

/** Small blocks make many: about 60 on this slide. */
const PARAMETERS = { blockCells: 3 };
const BLOCKS_BEFORE_FAULT = 5;
const KILLS = 5;
const KILLS_WITHIN_BLOCKS = 40;
const GONE_WITHIN_MS = 10_000;

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let slide: string;
let ofCommand: Record<string, string>;

beforeAll(async () => {
  work = await temporaryFolder();
  slide = join(work.path, 'phantom.svs');
  await paintMetastasisPhantom({ seed: 3003, widthPx: 3600, heightPx: 2900, out: slide, format: 'aperio' });
  expect((await runJson(['analyze', slide, '--out', join(work.path, 'out')])).code).toBe(0);
  ofCommand = await hashFolder(join(work.path, 'out'));
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

describe.each<QueueBackend>(['postgres', 'redis'])('the service, with its queue on %s', (backend) => {
  let installation: Installation;
  let slideId: string;
  let undisturbed: Record<string, string>;

  beforeAll(async () => {
    installation = await startInstallation({ backend });
    slideId = (await installation.upload(slide)).id;
  });
  afterAll(async () => {
    await installation?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    if (installation.workers.length === 1 && worker().pid > 0) return;
    await installation.removeWorkers();
    await installation.addWorker();
  });

  const worker = (): ServiceProcess => {
    const [first] = installation.workers;
    if (first === undefined) throw new Error('there is no worker');
    return first;
  };
  const submitted = async (blocks = BLOCKS_BEFORE_FAULT): Promise<string> => {
    const id = await installation.submit(slideId, PARAMETERS);
    await waitForBlocks(installation, id, blocks);
    return id;
  };

  it('gives the six files of gigascope analyze, byte by byte', async () => {
    await expectEndedOnce(installation, await installation.submit(slideId), ofCommand);
    const id = await installation.submit(slideId, PARAMETERS);
    await installation.wait(id);
    undisturbed = await installation.hashes(id);
    // result.json states the size of the blocks.
    expect({ ...undisturbed, 'result.json': '' }).toEqual({ ...ofCommand, 'result.json': '' });
  });

  it(`survives kill -9 of the worker at ${KILLS} random points (FAULT_SEED=${seed})`, async () => {
    const anyPoints = fc.uniqueArray(fc.nat(KILLS_WITHIN_BLOCKS), { minLength: KILLS, maxLength: KILLS });
    const [points = []] = fc.sample(anyPoints, { seed, numRuns: 1 });
    const id = await installation.submit(slideId, PARAMETERS);
    for (const point of points.toSorted((a, b) => a - b)) {
      await waitForBlocks(installation, id, point);
      await installation.removeWorkers();
      const finished = await doneBlocks(installation, id);
      await installation.addWorker();
      await expectNotRepeated(installation, id, finished);
    }
    const finished = await doneBlocks(installation, id);
    await expectEndedOnce(installation, id, undisturbed);
    await expectNotRepeated(installation, id, finished);
  });

  it('survives kill -9 of the engine, with a fresh one in the same worker', async () => {
    const id = await submitted();
    const { pid } = worker();
    const [engine = 0] = worker().children;
    const finished = await doneBlocks(installation, id);
    process.kill(engine, 'SIGKILL');
    await expectEndedOnce(installation, id, undisturbed);
    await expectNotRepeated(installation, id, finished);
    expect(worker().pid).toBe(pid);
    expect(worker().children).toHaveLength(1);
    expect(worker().children).not.toContain(engine);
  });

  it('survives an immediate stop of Postgres under load, says 503 meanwhile, and goes on by itself', async () => {
    const id = await submitted();
    const pids = [worker().pid, installation.api.pid];
    const finished = await doneBlocks(installation, id);
    await installation.postgres.stop('immediate');
    const answer = await fetch(new URL(paths.analysis(id), installation.url));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      503,
      expect.stringContaining(PROBLEM_MEDIA_TYPE),
    ]);
    await sleep(1000);
    await installation.startPostgres();
    await expectEndedOnce(installation, id, undisturbed);
    await expectNotRepeated(installation, id, finished);
    expect([worker().pid, installation.api.pid]).toEqual(pids);
  });

  it.runIf(backend === 'redis')('survives kill -9 of Redis under load, its file appended every second', async () => {
    const id = await submitted();
    const { pid } = worker();
    const finished = await doneBlocks(installation, id);
    await installation.redis?.kill();
    await sleep(1000);
    await installation.redis?.restart();
    await expectEndedOnce(installation, id, undisturbed);
    await expectNotRepeated(installation, id, finished);
    expect(worker().pid).toBe(pid);
  });

  it.runIf(backend === 'redis')('survives a Redis that comes back empty', async () => {
    const id = await submitted();
    await installation.redis?.flushAll();
    await expectEndedOnce(installation, id, undisturbed);
  });

  it('stops on SIGTERM with nothing left running and no failure counted, and another worker goes on', async () => {
    const id = await submitted();
    const engines = worker().children;
    expect(await worker().stop()).toBe(0);
    for (const engine of engines) expect(await isGoneWithin(engine, GONE_WITHIN_MS)).toBe(true);
    expect(await openTasks(id)).toMatchObject({ running: 0, failures: 0 });
    const finished = await doneBlocks(installation, id);
    await installation.removeWorkers();
    await installation.addWorker();
    await expectEndedOnce(installation, id, undisturbed);
    await expectNotRepeated(installation, id, finished);
  });

  it('cancels within a block’s time, for good', async () => {
    const id = await submitted();
    const answer = await fetch(new URL(paths.cancel(id), installation.url), { method: 'POST' });
    expect(await answer.json()).toMatchObject({ state: 'canceled' });
    const finished = await doneBlocks(installation, id);
    expect(await openTasks(id)).toMatchObject({ running: 0, waiting: 0, queued: 0 });
    const [engine = 0] = worker().children;
    await until(async () => (await processorTicks(engine, 300)) <= 1, 'the engine rests');
    expect(await installation.client.analysis(id)).toMatchObject({ state: 'canceled' });
    expect(await endsOf(installation, id)).toEqual([{ kind: 'canceled', code: 'CANCELED' }]);
    expect(await doneBlocks(installation, id)).toEqual(finished);
    await expectEndedOnce(installation, await installation.submit(slideId, PARAMETERS), undisturbed);
  });

  it('refuses what a worker writes that was suspended past its lease while a second one took over', async () => {
    const id = await submitted();
    const late = worker();
    await until(async () => {
      late.suspend();
      if ((await openTasks(id)).running > 0) return true;
      late.resume();
      return false;
    }, 'a block in hand');
    const second = await installation.addWorker();
    await expectEndedOnce(installation, id, undisturbed);
    late.resume();
    await until(() => late.log.includes('STALE_ATTEMPT'), 'a late result is refused');
    await expectEndedOnce(installation, id, undisturbed);
    await installation.removeWorkers([second]);
  });

  interface OpenTasks {
    readonly waiting: number;
    readonly queued: number;
    readonly running: number;
    readonly failures: number;
  }
  async function openTasks(id: string): Promise<OpenTasks> {
    const [row] = await installation.query<OpenTasks>(
      `SELECT count(*) FILTER (WHERE state = 'waiting')::integer AS waiting,
         count(*) FILTER (WHERE state = 'queued')::integer AS queued,
         count(*) FILTER (WHERE state = 'running')::integer AS running,
         coalesce(sum(failures), 0)::integer AS failures FROM tasks WHERE analysis_id = $1`,
      [id],
    );
    if (row === undefined) throw new Error('no row');
    return row;
  }
});
