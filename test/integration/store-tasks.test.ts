import { randomUUID } from 'node:crypto';
import type { ClaimedTask, Store, TaskAttempt } from '@gigascope/store';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { asOwner, openStores, startTestServer, type TestDatabase, type TestServer } from '../support/postgres.ts';
import { sampleAnalysis, samplePlan, sampleResult, TENANT_A } from '../support/store-samples.ts';

const LEASE = { workerId: randomUUID(), leaseMs: 60_000 };
const { stamp } = sampleResult(1);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Marks all waiting tasks queued, as the dispatcher does, and returns the ids of those of one analysis. */
async function queueAll({ ownerUrl }: TestDatabase, analysisId: string): Promise<string[]> {
  await asOwner(ownerUrl, `UPDATE tasks SET state = 'queued', queued_at = now() WHERE state = 'waiting'`);
  const rows = await asOwner<{ id: string }>(
    ownerUrl,
    `SELECT id FROM tasks WHERE analysis_id = $1 AND state = 'queued' ORDER BY block_index`,
    [analysisId],
  );
  return rows.map(({ id }) => id);
}

async function claimNext(database: TestDatabase, store: Store, analysisId: string): Promise<ClaimedTask> {
  const [id] = await queueAll(database, analysisId);
  const task = id === undefined ? null : await store.tasks.claim(id, LEASE);
  if (task === null) throw new Error('nothing to claim');
  return task;
}

/** Submits an analysis and completes its plan with that many blocks. */
async function planned(database: TestDatabase, app: Store, workers: Store, blocks: number): Promise<string> {
  const { id } = await app.analyses.submit(TENANT_A, await sampleAnalysis(app));
  const task = await claimNext(database, workers, id);
  expect(await workers.tasks.completePlan(task, samplePlan(blocks), new Uint8Array(blocks * 4), 'thumb')).toBe(true);
  return id;
}

const finished = { result: sampleResult(2), heatmapKey: 'npy', stamp, artifacts: [], detections: [], segments: null };

describe('the way of one analysis through its tasks', () => {
  it('goes from queued over a plan of 2 blocks to a stored result, with events 1 to 6 in order', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const { app, dispatcher } = stores;
    const id = await planned(database, app, dispatcher, 2);
    expect(await app.analyses.get(TENANT_A, id)).toMatchObject({ state: 'running', blocksTotal: 2, cellsTotal: 8 });
    const plan = await dispatcher.plans.get(id);
    expect(plan).toEqual({ plan: samplePlan(2), tissueCells: new Uint8Array(8), thumbnailKey: 'thumb' });

    const [first, second] = await queueAll(database, id);
    const block = await dispatcher.tasks.claim(second as string, LEASE);
    expect(block).toMatchObject({ kind: 'block', attempt: 1, block: { index: 1 }, slide: { name: 'slide.tif' } });
    const output = Uint8Array.of(0, 255, 7, 8);
    expect(await dispatcher.tasks.completeBlock(block as TaskAttempt, output)).toBe(true);
    const other = await dispatcher.tasks.claim(first as string, LEASE);
    await dispatcher.tasks.completeBlock(other as TaskAttempt, output.toReversed());
    expect([...(await dispatcher.tasks.outputsOf(id))]).toEqual([
      [0, output.toReversed()],
      [1, output],
    ]);

    const finish = await claimNext(database, dispatcher, id);
    expect(finish).toMatchObject({ kind: 'finish', block: null });
    const artifact = { name: 'heatmap.npy', blobKey: 'npy', mediaType: 'application/octet-stream', sizeBytes: 160 };
    await dispatcher.tasks.completeFinish(finish, { ...finished, artifacts: [artifact] });
    expect(await app.analyses.get(TENANT_A, id)).toMatchObject({ state: 'succeeded', score: 0.875, blocksDone: 2 });
    const { lesions } = finished.result;
    expect(await app.analyses.result(TENANT_A, id)).toEqual({
      ...{ result: finished.result, lesions, score: 0.875, positive: true, heatmapKey: 'npy' },
    });
    expect(await app.analyses.artifact(TENANT_A, id, 'heatmap.npy')).toEqual(artifact);
    expect((await dispatcher.tasks.outputsOf(id)).size).toBe(0);
    const events = await app.events.since(TENANT_A, id, 0, 100);
    expect(events.map(({ seq, kind, data }) => [seq, kind, data.blocksDone])).toEqual([
      ...[[1, 'queued', 0] as const, [2, 'started', 0] as const, [3, 'planned', 0] as const],
      ...[[4, 'progress', 1] as const, [5, 'progress', 2] as const, [6, 'succeeded', 2] as const],
    ]);
    expect((await app.events.since(TENANT_A, id, 4, 1)).map(({ seq }) => seq)).toEqual([5]);
  });

  it('goes straight to the finish when the plan has 0 blocks', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const id = await planned(database, stores.app, stores.dispatcher, 0);
    expect((await claimNext(database, stores.dispatcher, id)).kind).toBe('finish');
  });

  it('enters 3 analyses in the order asked for, or none when 1 slide is not there', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const { app } = stores;
    const sample = await sampleAnalysis(app);
    const rows = await app.analyses.submitMany(
      TENANT_A,
      [5, 99, 0].map((priority) => ({ ...sample, priority })),
    );
    expect(rows.map(({ priority }) => priority)).toEqual([5, 99, 0]);
    const places = await Promise.all(rows.map(({ id }) => app.analyses.place(TENANT_A, id)));
    expect(places.map((place) => place?.position)).toEqual([1, 0, 2]);
    const bad = app.analyses.submitMany(TENANT_A, [sample, { ...sample, slideId: randomUUID() }]);
    await expect(bad).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await app.analyses.countByState()).toMatchObject({ queued: 3 });
    expect(await app.tasks.counts()).toEqual({ waiting: 3, queued: 0, running: 0 });
    const page = await app.analyses.list(TENANT_A, { limit: 2 });
    const rest = await app.analyses.list(TENANT_A, { limit: 2, cursor: page.nextCursor ?? '' });
    expect([...page.rows, ...rest.rows].map(({ id }) => id)).toEqual(rows.map(({ id }) => id).toReversed());
    expect(rest.nextCursor).toBe(null);
  });
});

describe('fencing', () => {
  it('gives a task to 1 of 8 that claim it at once, and completes each of n blocks once, whoever tries (property)', async () => {
    const database = await server.database();
    await using stores = openStores(database, 10);
    const { app, dispatcher } = stores;
    const plans = fc.record({ blocks: fc.integer({ min: 1, max: 6 }), claimers: fc.integer({ min: 2, max: 8 }) });
    await fc.assert(
      fc.asyncProperty(plans, fc.infiniteStream(fc.nat(3)), async ({ blocks, claimers }, delays) => {
        const id = await planned(database, app, dispatcher, blocks);
        const tasks = await queueAll(database, id);
        const work = async (taskId: string) => {
          const task = await dispatcher.tasks.claim(taskId, { workerId: randomUUID(), leaseMs: 60_000 });
          if (task === null) return 0;
          await new Promise((resolve) => setTimeout(resolve, delays.next().value));
          return Number(await dispatcher.tasks.completeBlock(task, new Uint8Array(16)));
        };
        const tries = tasks.flatMap((taskId) => Array.from({ length: claimers }, () => work(taskId)));
        const completed = (await Promise.all(tries)).reduce((a, b) => a + b, 0);
        expect(completed).toBe(blocks);
        expect(await app.analyses.get(TENANT_A, id)).toMatchObject({ blocksDone: blocks, cellsDone: blocks * 4 });
        const finishes = await asOwner(
          database.ownerUrl,
          `SELECT FROM tasks WHERE analysis_id = $1 AND kind = 'finish'`,
          [id],
        );
        expect(finishes.length).toBe(1);
      }),
      { numRuns: 15 },
    );
  });

  it('writes 0 rows for an attempt that another has taken over, and tells so', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const { app, dispatcher } = stores;
    const id = await planned(database, app, dispatcher, 1);
    const late = await claimNext(database, dispatcher, id);
    expect(await dispatcher.tasks.fail(late, 'NATIVE_CRASH')).toBe(true);
    const current = await claimNext(database, dispatcher, id);
    expect([late.attempt, current.attempt]).toEqual([1, 2]);
    const dump = () => asOwner(database.ownerUrl, `SELECT t::text, a::text FROM tasks t, analyses a ORDER BY t.id`);
    const before = await dump();
    expect(await dispatcher.tasks.completeBlock(late, new Uint8Array(16))).toBe(false);
    expect(await dispatcher.tasks.fail(late, 'INTERNAL')).toBe(false);
    expect(await dispatcher.tasks.handBack(late)).toBe(false);
    expect(await dispatcher.tasks.completeFinish(late, finished)).toBe(false);
    expect(await dump()).toEqual(before);
    expect(await dispatcher.tasks.renew([late, current], 60_000)).toEqual([
      { taskId: current.taskId, attempt: current.attempt },
    ]);
    expect(await dispatcher.tasks.completeBlock(current, new Uint8Array(16))).toBe(true);
    expect(await dispatcher.tasks.completeBlock(current, new Uint8Array(16))).toBe(false);
  });
});

describe('failures', () => {
  it('tries a retryable error 4 times and then fails the analysis with its code', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const { app, dispatcher } = stores;
    const id = await planned(database, app, dispatcher, 3);
    for (let attempt = 1; attempt <= 4; attempt++) {
      expect((await app.analyses.get(TENANT_A, id))?.state).toBe('running');
      const task = await claimNext(database, dispatcher, id);
      expect(task).toMatchObject({ attempt, failures: attempt - 1, block: { index: 0 } });
      await dispatcher.tasks.fail(task, 'OUT_OF_MEMORY', 'batch 1');
    }
    expect(await app.analyses.get(TENANT_A, id)).toMatchObject({
      ...{ state: 'failed', errorCode: 'OUT_OF_MEMORY', errorDetail: 'batch 1' },
    });
    expect(await app.tasks.counts()).toEqual({ waiting: 0, queued: 0, running: 0 });
    const kinds = (await app.events.since(TENANT_A, id, 3, 100)).map(({ kind, data }) => [kind, data.code]);
    expect(kinds).toEqual([...Array(3).fill(['retrying', 'OUT_OF_MEMORY']), ['failed', 'OUT_OF_MEMORY']]);
  });

  it('fails the analysis at once on an error that is not retryable', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const id = await planned(database, stores.app, stores.dispatcher, 2);
    await stores.dispatcher.tasks.fail(await claimNext(database, stores.dispatcher, id), 'TILE_CORRUPT', 'level 0');
    expect(await stores.app.analyses.get(TENANT_A, id)).toMatchObject({ state: 'failed', errorCode: 'TILE_CORRUPT' });
  });

  it('hands a task back 10 times without counting a failure', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const id = await planned(database, stores.app, stores.dispatcher, 1);
    for (let attempt = 1; attempt <= 10; attempt++) {
      const task = await claimNext(database, stores.dispatcher, id);
      expect(task).toMatchObject({ attempt, failures: 0 });
      expect(await stores.dispatcher.tasks.handBack(task)).toBe(true);
    }
  });

  it('ends a canceled analysis as canceled: 1 running and 2 open tasks go, late results write nothing', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const { app, dispatcher } = stores;
    const id = await planned(database, app, dispatcher, 3);
    const task = await claimNext(database, dispatcher, id);
    expect(await app.analyses.cancel(TENANT_A, id)).toMatchObject({ state: 'canceled', errorCode: 'CANCELED' });
    expect(await dispatcher.tasks.renew([task], 60_000)).toEqual([]);
    expect(await dispatcher.tasks.completeBlock(task, new Uint8Array(16))).toBe(false);
    expect(await app.tasks.counts()).toEqual({ waiting: 0, queued: 0, running: 0 });
    expect(await app.analyses.cancel(TENANT_A, id)).toMatchObject({ state: 'canceled' });
    const events = await app.events.since(TENANT_A, id, 0, 100);
    expect(events.filter(({ kind }) => kind === 'canceled').length).toBe(1);
  });
});

describe('events', () => {
  it('numbers those of 20 blocks that complete at once without a gap, at most 4 a second and the last one too', async () => {
    const database = await server.database();
    await using stores = openStores(database, 10);
    const { app, dispatcher } = stores;
    const id = await planned(database, app, dispatcher, 20);
    const tasks = await queueAll(database, id);
    const started = Date.now();
    await Promise.all(
      tasks.map(async (taskId) => {
        const task = await dispatcher.tasks.claim(taskId, LEASE);
        await dispatcher.tasks.completeBlock(task as TaskAttempt, new Uint8Array(16));
      }),
    );
    const quarters = Math.ceil((Date.now() - started) / 250);
    const events = await app.events.since(TENANT_A, id, 0, 100);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    const progress = events.filter(({ kind }) => kind === 'progress');
    expect(progress.at(-1)?.data).toMatchObject({ blocksDone: 20, blocksTotal: 20, cellsDone: 80 });
    expect(progress.length).toBeLessThanOrEqual(quarters + 2);
  });

  it('wakes a subscriber for each commit, and again after its connection was ended by the server', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const { app } = stores;
    const heard: (string | null)[] = [];
    using _subscription = app.events.subscribe((id) => heard.push(id));
    await vi.waitFor(() => expect(heard).toEqual([null]), { timeout: 10_000 });
    const sample = await sampleAnalysis(app);
    const { id } = await app.analyses.submit(TENANT_A, sample);
    await vi.waitFor(() => expect(heard).toEqual([null, id]), { timeout: 10_000 });
    await asOwner(
      database.ownerUrl,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE '%listener'`,
    );
    await vi.waitFor(() => expect(heard).toEqual([null, id, null]), { timeout: 10_000 });
    const next = await app.analyses.submit(TENANT_A, sample);
    await vi.waitFor(() => expect(heard.at(-1)).toBe(next.id), { timeout: 10_000 });
  });
});
