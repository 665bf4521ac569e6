import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDispatcher,
  type Dispatcher,
  type DispatcherReport,
  openQueue,
  type QueueOptions,
  type Store,
  startEmbeddedPostgres,
  type TaskConsumer,
  type TaskQueue,
} from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { asOwner, openStores, startTestServer, type TestDatabase, type TestServer } from '../support/postgres.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { addTenantB, sampleAnalysis, samplePlan, sampleResult, TENANT_A, TENANT_B } from '../support/store-samples.ts';

/** Of two tasks each; their order shows among fewer than `npm run test:full` takes. */
const ANALYSES = process.env['TEST_FULL'] === undefined ? 150 : 500;
const soon = { timeout: 150_000, interval: 50 };
const finished = {
  result: sampleResult(1),
  heatmapKey: 'npy',
  stamp: sampleResult(1).stamp,
  artifacts: [],
  detections: [],
  segments: null,
};

let server: TestServer;
let redis: TestRedis;
beforeAll(async () => {
  server = await startTestServer();
  redis = await startRedis();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

interface Plant extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly app: Store;
  readonly workers: Store;
  readonly queue: TaskQueue;
  readonly dispatcher: Dispatcher;
  readonly reports: DispatcherReport[];
}

async function plant(carrier: 'Redis' | 'Postgres'): Promise<Plant> {
  const database = await server.database();
  if (carrier === 'Redis') await redis.flushAll();
  const stores = openStores(database, 6);
  const { app, dispatcher: workers } = stores;
  const options: QueueOptions = carrier === 'Redis' ? { redisUrl: redis.url } : { databaseUrl: database.dispatcherUrl };
  const queue = await openQueue(options);
  const reports: DispatcherReport[] = [];
  const dispatcher = createDispatcher({ store: workers, queue, onReport: (report) => reports.push(report) });
  return {
    ...{ database, app, workers, queue, dispatcher, reports },
    async [Symbol.asyncDispose]() {
      await dispatcher.stop();
      await queue.close();
      await stores[Symbol.asyncDispose]();
    },
  };
}

/** A worker process's part, with `blocks` per slide: claims, works for `workMs`, completes. */
function work(
  { queue, workers }: Plant,
  capacity: number,
  blocks: number,
  workMs = 0,
): TaskConsumer & { ran: string[] } {
  const workerId = randomUUID();
  const ran: string[] = [];
  const patiently = async <T>(what: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await what();
      } catch (error) {
        if ((error as { code?: string }).code !== 'DATABASE_UNAVAILABLE') throw error;
        await sleep(200);
      }
    }
  };
  const beat = () => workers.workers.beat({ id: workerId, host: 'test', pid: process.pid, capacity }).catch(() => {});
  const timer = setInterval(beat, 1_000);
  const first = beat();
  const consumer = queue.process(
    async ({ taskId }) => {
      await first;
      const task = await patiently(() => workers.tasks.claim(taskId, { workerId, leaseMs: 5_000 }));
      if (task === null) return;
      ran.push(task.kind === 'plan' ? task.analysis.id : `${task.kind} of ${task.analysis.id}`);
      await sleep(workMs);
      if (task.kind === 'plan') {
        await patiently(() => workers.tasks.completePlan(task, samplePlan(blocks), new Uint8Array(4), 'thumb'));
      } else if (task.kind === 'block') {
        await patiently(() => workers.tasks.completeBlock(task, new Uint8Array(16)));
      } else {
        await patiently(() => workers.tasks.completeFinish(task, finished));
      }
    },
    { concurrency: capacity },
  );
  const close = async () => {
    clearInterval(timer);
    await consumer.close();
    await workers.workers.leave(workerId).catch(() => {});
  };
  return { ran, close, [Symbol.asyncDispose]: close };
}

const done = (at: Plant, count: number) =>
  vi.waitFor(async () => expect(await at.app.analyses.countByState()).toMatchObject({ succeeded: count }), soon);

describe.each(['Redis', 'Postgres'] as const)(`${2 * ANALYSES} tasks over the queue on %s`, (carrier) => {
  it('drain once each, by lane, then priority, then age', async () => {
    await using at = await plant(carrier);
    const sample = await sampleAnalysis(at.app);
    const lanes = ['research', 'stat', 'routine'] as const;
    // Slides without tissue: a plan and a finish each.
    const asked = Array.from({ length: ANALYSES }, (_, i) => {
      return { ...sample, lane: lanes[i % 3] as (typeof lanes)[number], priority: [0, 100, 7, 50][i % 4] as number };
    });
    const started = performance.now();
    const rows = await at.app.analyses.submitMany(TENANT_A, asked);
    const submittedMs = performance.now() - started;
    at.dispatcher.start();
    await using worker = work(at, 4, 0);
    await done(at, ANALYSES);
    const seconds = (performance.now() - started) / 1000;
    console.info(
      `${carrier}: ${ANALYSES} analyses submitted in ${submittedMs.toFixed(0)} ms; ${2 * ANALYSES} tasks in ${seconds.toFixed(1)} s, ${((2 * ANALYSES) / seconds).toFixed(0)} a second`,
    );
    const plans = worker.ran.filter((what) => !what.startsWith('finish'));
    expect(worker.ran.length).toBe(2 * ANALYSES);
    expect(new Set(worker.ran).size).toBe(2 * ANALYSES);
    const rank = ({ lane }: (typeof rows)[number]) => ['stat', 'routine', 'research'].indexOf(lane);
    const ordered = rows.toSorted((a, b) => rank(a) - rank(b) || b.priority - a.priority || a.id.localeCompare(b.id));
    const place = new Map(plans.map((id, i) => [id, i]));
    // 4 run at once and 8 are in the queue, so a task may be a few places from its own, never more.
    const away = ordered.map(({ id }, i) => Math.abs((place.get(id) as number) - i));
    expect(Math.max(...away)).toBeLessThanOrEqual(8);
  });

  it('come from 2 laboratories in turns, though one asked for 60 analyses before the other asked for 6', async () => {
    await using at = await plant(carrier);
    await addTenantB(at.database.ownerUrl);
    const a = await sampleAnalysis(at.app, TENANT_A);
    await at.app.analyses.submitMany(TENANT_A, Array(60).fill(a));
    const ofB = await at.app.analyses.submitMany(TENANT_B, Array(6).fill(await sampleAnalysis(at.app, TENANT_B)));
    at.dispatcher.start();
    await using worker = work(at, 1, 0);
    await done(at, 66);
    const places = ofB.map(({ id }) => worker.ran.indexOf(id));
    // Each of B's slides is two tasks, as is each of A's, served alternately.
    expect(Math.max(...places)).toBeLessThanOrEqual(6 * 4 + 4);
  });
});

describe('repairs', () => {
  it('restores 20 tasks after FLUSHALL with 1 running: 20 of 20 analyses end, each block once', async () => {
    await using at = await plant('Redis');
    const sample = await sampleAnalysis(at.app);
    await at.app.analyses.submitMany(TENANT_A, Array(20).fill(sample));
    at.dispatcher.start();
    await using worker = work(at, 2, 1, 100);
    await vi.waitFor(() => expect(worker.ran.length).toBeGreaterThan(3), soon);
    await redis.flushAll();
    await done(at, 20);
    expect(worker.ran.length).toBe(60);
    expect(new Set(worker.ran).size).toBe(60);
  });

  it('goes on after Redis was killed and started again under load: 20 of 20 analyses end, each block once', async () => {
    await using at = await plant('Redis');
    const sample = await sampleAnalysis(at.app);
    at.dispatcher.start();
    await using worker = work(at, 2, 1, 50);
    await at.app.analyses.submitMany(TENANT_A, Array(20).fill(sample));
    await vi.waitFor(() => expect(worker.ran.length).toBeGreaterThan(3), soon);
    await redis.kill();
    await sleep(1_500);
    await redis.restart();
    await done(at, 20);
    expect(new Set(worker.ran).size).toBe(60);
    expect(at.reports.some((report) => report.kind === 'error' && report.error.code === 'QUEUE_UNAVAILABLE')).toBe(
      true,
    );
  });

  it('takes 2 tasks of a dead worker back when their leases run out, counts 1 failure each, and completes them', async () => {
    await using at = await plant('Postgres');
    const sample = await sampleAnalysis(at.app);
    const rows = await at.app.analyses.submitMany(TENANT_A, [sample, sample]);
    await asOwner(at.database.ownerUrl, `UPDATE tasks SET state = 'queued', queued_at = now()`);
    const tasks = await asOwner<{ id: string }>(at.database.ownerUrl, 'SELECT id FROM tasks');
    for (const { id } of tasks) await at.workers.tasks.claim(id, { workerId: randomUUID(), leaseMs: 1 });
    at.dispatcher.start();
    await using worker = work(at, 2, 0);
    await done(at, 2);
    expect(at.reports).toContainEqual({ kind: 'expired', count: 2 });
    const events = await at.app.events.since(TENANT_A, rows[0]?.id ?? '', 0, 100);
    expect(events.map(({ kind }) => kind)).toEqual(['queued', 'started', 'retrying', 'planned', 'succeeded']);
    expect(worker.ran.length).toBe(4);
  });

  it('has 1 leader of 3, and another within 5 s when it stops', async () => {
    await using at = await plant('Postgres');
    const others = [at, at].map(({ workers, queue }) => {
      const reports: DispatcherReport[] = [];
      return { reports, dispatcher: createDispatcher({ store: workers, queue, onReport: (r) => reports.push(r) }) };
    });
    at.dispatcher.start();
    for (const { dispatcher } of others) dispatcher.start();
    await vi.waitFor(() => expect([at, ...others].flatMap(({ reports }) => reports).length).toBe(1), soon);
    await sleep(2_500);
    const leads = [at, ...others].map(({ reports }) => reports.filter(({ kind }) => kind === 'leading').length);
    expect(leads.toSorted()).toEqual([0, 0, 1]);
    await [at, ...others][leads.indexOf(1)]?.dispatcher.stop();
    await vi.waitFor(
      () =>
        expect([at, ...others].flatMap(({ reports }) => reports.filter(({ kind }) => kind === 'leading')).length).toBe(
          2,
        ),
      { timeout: 5_000 },
    );
    for (const { dispatcher } of others) await dispatcher.stop();
  });

  it.each(['Redis', 'Postgres'] as const)(
    'survives an immediate stop of Postgres for 2 s under load, queue on %s: 30 of 30 analyses end with 5 blocks each',
    async (carrier) => {
      await using at = await plant(carrier);
      const sample = await sampleAnalysis(at.app);
      at.dispatcher.start();
      await using worker = work(at, 4, 5, 20);
      await at.app.analyses.submitMany(TENANT_A, Array(30).fill(sample));
      await vi.waitFor(() => expect(worker.ran.length).toBeGreaterThan(20), soon);
      await server.postgres.stop('immediate');
      await expect(at.app.ping()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      await sleep(2_000);
      const again = await startEmbeddedPostgres({ folder: server.postgres.folder });
      expect(again.port).toBe(server.postgres.port);
      await done(at, 30);
      const bad = await asOwner(
        at.database.ownerUrl,
        `SELECT FROM analyses WHERE blocks_done <> 5 OR cells_done <> 20 OR state <> 'succeeded'`,
      );
      expect(bad.length).toBe(0);
      const twice = await asOwner(
        at.database.ownerUrl,
        `SELECT analysis_id FROM events WHERE kind = 'succeeded' GROUP BY 1 HAVING count(*) > 1`,
      );
      expect(twice.length).toBe(0);
    },
  );
});
