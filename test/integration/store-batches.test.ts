/** Batches in Postgres: entering, canceling while work ends, order, estimates. Longer than a file should be: all share one server and its two laboratories. */
import { randomUUID } from 'node:crypto';
import type { ClaimedTask, Store } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pickTasks } from '../../packages/store/src/dispatcher/pick-tasks.ts';
import { asOwner, openStores, startTestServer, type TestDatabase, type TestServer } from '../support/postgres.ts';
import {
  addTenantB,
  manifest,
  sampleAnalysis,
  samplePlan,
  sampleResult,
  TENANT_A,
  TENANT_B,
} from '../support/store-samples.ts';

const LEASE = { workerId: randomUUID(), leaseMs: 60_000 };
const result = sampleResult(1);
const finished = { result, heatmapKey: 'npy', stamp: result.stamp, artifacts: [], detections: [], segments: null };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function claim(store: Store, taskId: string): Promise<ClaimedTask> {
  const task = await store.tasks.claim(taskId, LEASE);
  if (task === null) throw new Error('nothing to claim');
  return task;
}

/** Marks all waiting tasks of an analysis queued, as the dispatcher does, and claims the first. */
async function claimNext({ ownerUrl }: TestDatabase, store: Store, analysisId: string): Promise<ClaimedTask> {
  const [task] = await asOwner<{ id: string }>(
    ownerUrl,
    `UPDATE tasks SET state = 'queued', queued_at = now() WHERE analysis_id = $1 AND state = 'waiting' RETURNING id`,
    [analysisId],
  );
  return claim(store, task?.id ?? '');
}

describe('a batch', () => {
  it('counts 5 analyses by state, half a plan’s blocks as half an analysis, and ends with its last', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const { app, dispatcher } = stores;
    const sample = await sampleAnalysis(app);
    const batch = await app.batches.submit(TENANT_A, { name: 'five', analyses: Array(5).fill(sample) });
    expect(batch).toMatchObject({ name: 'five', total: 5, queued: 5, running: 0, progress: 0, finishedAt: null });
    expect(await app.batches.etaSeconds(TENANT_A, batch.id)).toBe(null);
    const { rows } = await app.analyses.list(TENANT_A, { batchId: batch.id, limit: 10 });
    const [fifth, fourth, third] = rows;
    if (fifth === undefined || fourth === undefined || third === undefined) throw new Error('5 analyses');
    await dispatcher.tasks.completePlan(
      await claimNext(database, dispatcher, fifth.id),
      samplePlan(0),
      new Uint8Array(),
      't',
    );
    await dispatcher.tasks.completeFinish(await claimNext(database, dispatcher, fifth.id), finished);
    await dispatcher.tasks.fail(await claimNext(database, dispatcher, fourth.id), 'TILE_CORRUPT');
    await dispatcher.tasks.completePlan(
      await claimNext(database, dispatcher, third.id),
      samplePlan(2),
      new Uint8Array(8),
      't',
    );
    await dispatcher.tasks.completeBlock(await claimNext(database, dispatcher, third.id), new Uint8Array(4));
    expect(await app.batches.get(TENANT_A, batch.id)).toMatchObject({
      ...{ queued: 2, running: 1, succeeded: 1, failed: 1, canceled: 0, progress: 0.5, finishedAt: null },
    });
    expect(await app.batches.etaSeconds(TENANT_A, batch.id)).toBeGreaterThan(0);
    expect((await app.analyses.place(TENANT_A, rows.at(-1)?.id ?? ''))?.etaSeconds).toBeGreaterThan(0);
    const canceled = await app.batches.cancel(TENANT_A, batch.id);
    expect(canceled).toMatchObject({ queued: 0, running: 0, succeeded: 1, failed: 1, canceled: 3, progress: 1 });
    expect(canceled?.finishedAt).toBeInstanceOf(Date);
    expect(await app.tasks.counts()).toEqual({ waiting: 0, queued: 0, running: 0 });
    expect(await app.batches.cancel(TENANT_A, batch.id)).toEqual(canceled);
  });

  it('is entered whole or not at all, and once under one id', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const { app } = stores;
    const sample = await sampleAnalysis(app);
    const bad = { name: null, analyses: [sample, { ...sample, slideId: randomUUID() }] };
    await expect(app.batches.submit(TENANT_A, bad)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await app.batches.list(TENANT_A, { limit: 10 })).rows).toEqual([]);
    const id = randomUUID();
    const twice = await Promise.all(
      Array.from({ length: 4 }, () => app.batches.submit(TENANT_A, { id, name: null, analyses: [sample, sample] })),
    );
    expect(twice.map((batch) => batch.id)).toEqual(Array(4).fill(id));
    const one = await Promise.all(
      Array.from({ length: 4 }, () => app.analyses.submit(TENANT_A, { ...sample, id: LEASE.workerId })),
    );
    expect(new Set(one.map((row) => row.id)).size).toBe(1);
    expect(await app.analyses.countByState()).toMatchObject({ queued: 3 });
    expect(await app.tasks.counts()).toMatchObject({ waiting: 3 });
  });

  it('shows laboratory B nothing of A: not there to get, list, follow or cancel', async () => {
    const database = await server.database();
    await addTenantB(database.ownerUrl);
    await using stores = openStores(database);
    const { app } = stores;
    const batch = await app.batches.submit(TENANT_A, { name: null, analyses: [await sampleAnalysis(app)] });
    expect(await app.batches.get(TENANT_B, batch.id)).toBe(null);
    expect(await app.batches.cancel(TENANT_B, batch.id)).toBe(null);
    expect(await app.batches.etaSeconds(TENANT_B, batch.id)).toBe(null);
    expect((await app.batches.list(TENANT_B, { limit: 10 })).rows).toEqual([]);
    expect((await app.analyses.list(TENANT_B, { batchId: batch.id, limit: 10 })).rows).toEqual([]);
    expect(await app.batches.get(TENANT_A, batch.id)).toMatchObject({ queued: 1 });
  });

  it('wakes its followers for what happens to its analyses, by its own id', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const { app } = stores;
    const heard: (string | null)[] = [];
    using _subscription = app.events.subscribe((id) => heard.push(id));
    await vi.waitFor(() => expect(heard).toEqual([null]), { timeout: 10_000 });
    const batch = await app.batches.submit(TENANT_A, { name: null, analyses: [await sampleAnalysis(app)] });
    const [row] = (await app.analyses.list(TENANT_A, { batchId: batch.id, limit: 1 })).rows;
    await claimNext(database, stores.dispatcher, row?.id ?? '');
    await vi.waitFor(() => expect(heard).toEqual([null, row?.id, batch.id]), { timeout: 10_000 });
    await app.batches.cancel(TENANT_A, batch.id);
    await vi.waitFor(() => expect(heard.slice(3).toSorted()).toEqual([row?.id, batch.id].toSorted()), {
      timeout: 10_000,
    });
  });

  it('finds slides by id, by hash and by a name that is one slide’s alone, and the newest of 2 model versions', async () => {
    const database = await server.database();
    await addTenantB(database.ownerUrl);
    await using stores = openStores(database);
    const { app } = stores;
    const { slideId } = await sampleAnalysis(app);
    const twin = { name: 'slide.tif', sizeBytes: 1, sha256: 'f'.repeat(64), blobKey: 'k' };
    await app.slides.create(TENANT_A, twin);
    await asOwner(database.ownerUrl, `UPDATE slides SET other_names = '{again.svs,slide.tif}' WHERE id = $1`, [
      slideId,
    ]);
    await sampleAnalysis(app, TENANT_B);
    const other = { name: 'Fall Ä, "7".svs', sizeBytes: 1, sha256: 'c'.repeat(64), blobKey: 'k' };
    const { id } = await app.slides.create(TENANT_A, other);
    const newer = await app.models.register({ ...manifest, version: '2.0.0' }, 'd'.repeat(64), '/models/newer');
    const asked = [
      slideId,
      other.name,
      'C'.repeat(64),
      'slide.tif',
      'again.svs',
      'nobody',
      randomUUID(),
      'e'.repeat(64),
    ];
    const found = await app.batches.find(TENANT_A, { slides: asked, models: ['sample', 'sample', 'none'] });
    expect(Object.fromEntries(found.slides)).toEqual({
      [slideId]: { id: slideId, state: 'ready' },
      [other.name]: { id, state: 'received' },
      ['C'.repeat(64)]: { id, state: 'received' },
      'slide.tif': 'ambiguous',
      'again.svs': { id: slideId, state: 'ready' },
    });
    expect(Object.fromEntries(found.models)).toEqual({ sample: newer.id });
    expect((await app.batches.find(TENANT_B, { slides: asked, models: [] })).slides.size).toBe(1);
  });
});

describe('stopping what is just being finished', () => {
  it('waits for a finish that has begun to commit, and leaves that 1 of 3 as succeeded', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const { app, dispatcher } = stores;
    const sample = await sampleAnalysis(app);
    const { id } = await app.batches.submit(TENANT_A, { name: null, analyses: Array(3).fill(sample) });
    const [row] = (await app.analyses.list(TENANT_A, { batchId: id, limit: 1 })).rows;
    const analysisId = row?.id ?? '';
    const plan = await claimNext(database, dispatcher, analysisId);
    await dispatcher.tasks.completePlan(plan, samplePlan(0), new Uint8Array(), 't');
    const task = await claimNext(database, dispatcher, analysisId);
    const [begun, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    // Its findings are read inside of the transaction that ends the analysis: it stays open until we say so.
    async function* held() {
      begun.resolve();
      await commit.promise;
      yield* [];
    }
    const finishing = dispatcher.tasks.completeFinish(task, { ...finished, segments: held });
    await begun.promise;
    let answered = 0;
    const stopping = [app.batches.cancel(TENANT_A, id), app.analyses.cancel(TENANT_A, analysisId)].map((each) =>
      each.finally(() => answered++),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(answered).toBe(0);
    commit.resolve();
    expect(await finishing).toBe(true);
    expect(await Promise.all(stopping)).toMatchObject([{ succeeded: 1, canceled: 2 }, { state: 'succeeded' }]);
    const events = await app.events.since(TENANT_A, analysisId, 0, 100);
    expect(events.map(({ kind }) => kind)).toEqual(['queued', 'started', 'planned', 'succeeded']);
    expect(await app.tasks.counts()).toEqual({ waiting: 0, queued: 0, running: 0 });
  });

  it('40 analyses end as what the answer says, 20 stopped one by one and 20 as a batch, none twice', async () => {
    const database = await server.database();
    await using stores = openStores(database, 10);
    const { app, dispatcher } = stores;
    const sample = await sampleAnalysis(app);
    const single = await app.analyses.submitMany(TENANT_A, Array(20).fill(sample));
    const batch = await app.batches.submit(TENANT_A, { name: null, analyses: Array(20).fill(sample) });
    const { rows } = await app.analyses.list(TENANT_A, { limit: 100 });
    const finishes = new Map<string, ClaimedTask>();
    for (const { id } of rows) {
      await dispatcher.tasks.completePlan(
        await claimNext(database, dispatcher, id),
        samplePlan(0),
        new Uint8Array(),
        't',
      );
      finishes.set(id, await claimNext(database, dispatcher, id));
    }
    const finish = (id: string) => dispatcher.tasks.completeFinish(finishes.get(id) as ClaimedTask, finished);
    const finishing = Promise.all(rows.map(async ({ id }) => [id, await finish(id)] as const));
    const stopping = Promise.all(single.map(({ id }) => app.analyses.cancel(TENANT_A, id)));
    const stopped = await app.batches.cancel(TENANT_A, batch.id);
    const answers = await stopping;
    const won = new Map(await finishing);
    const after = await app.analyses.list(TENANT_A, { limit: 100 });
    for (const { id, state } of after.rows) {
      expect([id, state]).toEqual([id, won.get(id) === true ? 'succeeded' : 'canceled']);
      const ends = (await app.events.since(TENANT_A, id, 0, 100)).filter(({ data }) => data.state === state);
      expect(ends.map(({ kind }) => kind)).toEqual([state]);
    }
    for (const answer of answers) expect(answer?.state).toBe(after.rows.find(({ id }) => id === answer?.id)?.state);
    const ofBatch = after.rows.filter(({ batchId }) => batchId === batch.id);
    const count = (state: string) => ofBatch.filter((row) => row.state === state).length;
    expect(stopped).toMatchObject({
      ...{ queued: 0, running: 0 },
      succeeded: count('succeeded'),
      canceled: count('canceled'),
    });
    expect(await app.tasks.counts()).toEqual({ waiting: 0, queued: 0, running: 0 });
    console.info(`${[...won.values()].filter((each) => each).length} of 40 were finished first`);
  });
});

describe('the order of work', () => {
  /** Serves analyses without tissue, `capacity` tasks at a time, until `over`; answers them in the order of their plans. */
  async function serve(database: TestDatabase, store: Store, capacity: number, over: (served: string[]) => boolean) {
    await asOwner(database.ownerUrl, 'DELETE FROM workers');
    await store.workers.beat({ id: randomUUID(), host: 'test', pid: 1, capacity });
    const served: string[] = [];
    while (!over(served)) {
      const picked = await pickTasks(store.connection);
      if (picked.length === 0) throw new Error('nothing left');
      for (const { taskId } of picked) {
        const task = await claim(store, taskId);
        if (task.kind === 'plan') served.push(task.analysis.id);
        await (task.kind === 'plan'
          ? store.tasks.completePlan(task, samplePlan(0), new Uint8Array(), 't')
          : store.tasks.completeFinish(task, finished));
      }
    }
    return served;
  }

  it('lets 1,000 analyses of A not starve 10 of B: they are among the first 40, and B’s places say so before', async () => {
    const database = await server.database();
    await addTenantB(database.ownerUrl);
    await using stores = openStores(database);
    const { app, dispatcher } = stores;
    await app.batches.submit(TENANT_A, { name: null, analyses: Array(1000).fill(await sampleAnalysis(app)) });
    const ofB = await app.analyses.submitMany(TENANT_B, Array(10).fill(await sampleAnalysis(app, TENANT_B)));
    const places = await Promise.all(ofB.map(({ id }) => app.analyses.place(TENANT_B, id)));
    expect(places.map((place) => place?.position)).toEqual(ofB.map((_, i) => 2 * i + 1));
    const served = await serve(database, dispatcher, 2, (all) => ofB.every(({ id }) => all.includes(id)));
    expect(served.length).toBeLessThanOrEqual(40);
  });

  it('puts a deadline first within a lane, the sooner before the later, and never before a higher lane or priority', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const { app, dispatcher } = stores;
    const sample = await sampleAnalysis(app);
    const inHours = (hours: number): Date => new Date(Date.now() + hours * 3_600_000);
    const asked = [
      { ...sample },
      { ...sample, deadline: inHours(9) },
      { ...sample, deadline: inHours(3) },
      { ...sample, priority: 1 },
      { ...sample, lane: 'stat' as const },
      { ...sample, lane: 'research' as const, deadline: inHours(1) },
    ];
    const ids = (await app.analyses.submitMany(TENANT_A, asked)).map(({ id }) => id);
    const expected = [4, 3, 2, 1, 0, 5];
    const places = await Promise.all(ids.map((id) => app.analyses.place(TENANT_A, id)));
    expect(places.map((place) => place?.position)).toEqual(ids.map((_, i) => expected.indexOf(i)));
    const served = await serve(database, dispatcher, 1, ({ length }) => length === asked.length);
    expect(served.map((id) => ids.indexOf(id))).toEqual(expected);
  });
});

describe('estimates', () => {
  it('takes 3 analyses of 10 s each, 2 of them side by side, for 3 in 20 s of work, whatever the idle time between', async () => {
    const database = await server.database();
    await using stores = openStores(database);
    const { app } = stores;
    const rows = await app.analyses.submitMany(TENANT_A, Array(5).fill(await sampleAnalysis(app)));
    const end = (i: number, startedAgo: number) =>
      asOwner(
        database.ownerUrl,
        `UPDATE analyses SET state = 'succeeded', started_at = now() - make_interval(secs => $2),
           finished_at = now() - make_interval(secs => $2) + interval '10 s' WHERE id = $1`,
        [rows[i]?.id, startedAgo],
      );
    await end(0, 3600);
    await asOwner(
      database.ownerUrl,
      `UPDATE analyses SET state = 'failed', started_at = a.started_at, finished_at = a.finished_at
       FROM (SELECT started_at, finished_at FROM analyses WHERE id = $1) a WHERE id = $2`,
      [rows[0]?.id, rows[1]?.id],
    );
    await end(2, 60);
    const places = await Promise.all(rows.slice(3).map(({ id }) => app.analyses.place(TENANT_A, id)));
    expect(places.map((place) => place?.position)).toEqual([0, 1]);
    expect(places[0]?.etaSeconds).toBeCloseTo(20 / 3, 6);
    expect(places[1]?.etaSeconds).toBeCloseTo(40 / 3, 6);
  });
});
