import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import {
  type ClaimedTask,
  createDispatcher,
  DEFAULT_TENANT_ID,
  type Lane,
  openQueue,
  openStore,
  type Store,
  type TaskQueue,
} from '@gigascope/store';
import { temporaryFolder } from '../test/support/fixtures.ts';
import { type Installation, type QueueBackend, startInstallation } from '../test/support/installation.ts';
import type { Benchmark, BenchmarkRow, Size } from './benchmark.ts';

const SUBMITTED: Readonly<Record<Size, number>> = { small: 30, full: 1000, large: 10_000 };
const BY_WORKER: Readonly<Record<Size, number>> = { small: 5, full: 100, large: 100 };
const CAPACITY = 3;
const LEASE_MS = 30_000;
const BEAT_MS = 3000;
const LANES: readonly Lane[] = ['stat', 'routine', 'research'];
const PRIORITIES = [0, 50, 100];
const SIDE_PX = 300;
const SUBMITTED_AT_ONCE = 100;
/** Of these analyses, which have no block: plan and finish. */
const TASKS_PER_ANALYSIS = 2;
const LEAST_SHARE = 0.9;

/** Entering and serving many small analyses: none lost, none doubled, in the order of lane and priority. */
export const queueDrain: Benchmark = {
  description:
    '1,000 analyses (10,000 with --large) through store and queue alone, 100 by the real worker, on both backends',
  async run(say, size) {
    await using work = await temporaryFolder();
    const slide = join(work.path, 'tiny.svs');
    await paintMetastasisPhantom({ seed: 3006, widthPx: SIDE_PX, heightPx: SIDE_PX, out: slide, format: 'aperio' });
    const command = `npm run bench -- queue-drain${size === 'full' ? '' : ` --${size}`}`;
    const rows: BenchmarkRow[] = [];
    for (const backend of ['postgres', 'redis'] as const) {
      await using installation = await startInstallation({ backend });
      const { id: slideId } = await installation.upload(slide);
      const served = await byWorker(installation, slideId, BY_WORKER[size]);
      await installation.removeWorkers();
      const carried = await byNothing(installation, slideId, SUBMITTED[size]);
      const aloneMs = await byQueueAlone(installation, TASKS_PER_ANALYSIS * SUBMITTED[size]);
      say(`${backend}: ${JSON.stringify({ served, carried, aloneMs })}`);
      rows.push(...describe(backend, served, carried, aloneMs).map((row) => ({ ...row, command })));
    }
    return rows;
  },
};

interface Drain {
  readonly submitMs: number;
  readonly drainMs: number;
  readonly count: number;
  readonly lost: number;
  readonly doubled: number;
  /** Analyses that began before one that was to be served earlier and was not among the tasks in hand then. */
  readonly outOfOrder: number;
}

/** Through the API and the real worker, with its engine warm. */
async function byWorker(installation: Installation, slideId: string, analyses: number): Promise<Drain> {
  await installation.wait(await installation.submit(slideId));
  const since = await now(installation);
  const start = performance.now();
  for (let at = 0; at < analyses; at += 1) await installation.submit(slideId);
  const submitMs = performance.now() - start;
  await drained(installation);
  // From the first submission: the worker begins while the rest is being submitted.
  return { submitMs, drainMs: performance.now() - start, ...(await count(installation, since, analyses)) };
}

/** Through the store, before anything serves; then by a consumer that plans no block and finds nothing. */
async function byNothing(installation: Installation, slideId: string, analyses: number): Promise<Drain> {
  await using app = openStore({ databaseUrl: installation.urls.appUrl, role: 'app', maxConnections: 2 });
  const model = (await app.models.findByName('metastasis')) ?? undefined;
  if (model === undefined) throw new Error('no model');
  const template = await finishedTask(installation);
  const slides = await copies(installation, slideId, analyses);
  const since = await now(installation);
  const start = performance.now();
  for (let at = 0; at < analyses; at += SUBMITTED_AT_ONCE) {
    const batch = Array.from({ length: Math.min(SUBMITTED_AT_ONCE, analyses - at) }, (_, k) => ({
      slideId: slides[at + k] as string,
      modelId: model.id,
      parameters: template.parameters,
      lane: LANES[(at + k) % LANES.length] as Lane,
      priority: PRIORITIES[Math.floor((at + k) / LANES.length) % PRIORITIES.length] as number,
    }));
    await app.analyses.submitMany(DEFAULT_TENANT_ID, batch);
  }
  const submitMs = performance.now() - start;
  const { dispatcherUrl } = installation.urls;
  await using store = openStore({ databaseUrl: dispatcherUrl, role: 'dispatcher', maxConnections: 8 });
  await using queue = await queueOf(installation);
  const drainStart = performance.now();
  await using _serving = serve(store, queue, template);
  await drained(installation);
  return { submitMs, drainMs: performance.now() - drainStart, ...(await count(installation, since, analyses)) };
}

/** As many slides of the same file: a laboratory analyses each of its slides a few times, and no slide a thousand times. */
async function copies(installation: Installation, slideId: string, count: number): Promise<string[]> {
  const rows = await installation.query<{ id: string }>(
    `INSERT INTO slides (tenant_id, name, sha256, size_bytes, state, blob_key, metadata, thumbnail_key)
     SELECT tenant_id, n || '-' || name, encode(sha256(n::text::bytea), 'hex'), size_bytes, state, blob_key, metadata,
       thumbnail_key
     FROM slides, generate_series(1, $2::integer) AS n WHERE id = $1 RETURNING id`,
    [slideId, count],
  );
  return rows.map(({ id }) => id);
}

/** What the queue takes for so many jobs that nothing is recorded of: added one after the other while they are handled. */
async function byQueueAlone(installation: Installation, jobs: number): Promise<number> {
  await using queue = await queueOf(installation);
  const { promise, resolve } = Promise.withResolvers<void>();
  let handled = 0;
  await using _consumer = queue.process(
    async () => {
      handled += 1;
      if (handled === jobs) resolve();
    },
    { concurrency: CAPACITY },
  );
  const start = performance.now();
  for (let at = 0; at < jobs; at += 1) await queue.add({ taskId: crypto.randomUUID(), attempt: 0 }, 1);
  await promise;
  return performance.now() - start;
}

async function queueOf({ redis, urls }: Installation): Promise<TaskQueue> {
  return await openQueue(redis === undefined ? { databaseUrl: urls.dispatcherUrl } : { redisUrl: redis.url });
}

interface Template {
  readonly parameters: ClaimedTask['analysis']['parameters'];
  readonly analysisId: string;
}

async function finishedTask(installation: Installation): Promise<Template> {
  const [row] = await installation.query<Template>(
    `SELECT id AS "analysisId", parameters FROM analyses WHERE state = 'succeeded' LIMIT 1`,
  );
  if (row === undefined) throw new Error('nothing succeeded');
  return row;
}

/** A dispatcher and a consumer in this process: the whole way of a task but the work. */
function serve(store: Store, queue: TaskQueue, { analysisId }: Template): AsyncDisposable {
  const workerId = crypto.randomUUID();
  const beat = () => store.workers.beat({ id: workerId, host: 'bench', pid: process.pid, capacity: CAPACITY });
  const timer = setInterval(() => void beat().catch(() => {}), BEAT_MS);
  const sample = Promise.all([store.plans.get(analysisId), store.analyses.result(DEFAULT_TENANT_ID, analysisId)]);
  const dispatcher = createDispatcher({ store, queue });
  const consumer = queue.process(
    async ({ taskId }) => {
      const task = await store.tasks.claim(taskId, { workerId, leaseMs: LEASE_MS });
      const [plan, found] = await sample;
      if (task === null || plan === null || found === null) return;
      const { result, heatmapKey } = found;
      if (task.kind === 'plan') {
        await store.tasks.completePlan(task, { ...plan.plan, blocks: [] }, plan.tissueCells, plan.thumbnailKey);
      } else {
        await store.tasks.completeFinish(task, {
          result,
          heatmapKey,
          stamp: result.stamp,
          artifacts: [],
          detections: [],
          segments: null,
        });
      }
    },
    { concurrency: CAPACITY },
  );
  void beat().then(() => dispatcher.start());
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await consumer.close();
      await dispatcher.stop();
    },
  };
}

async function now(installation: Installation): Promise<string> {
  const [row] = await installation.query<{ now: string }>('SELECT clock_timestamp()::text AS now');
  return row?.now ?? '';
}

async function drained(installation: Installation): Promise<void> {
  for (;;) {
    const open = await installation.query(`SELECT FROM analyses WHERE state IN ('queued', 'running') LIMIT 1`);
    if (open.length === 0) return;
    await sleep(50);
  }
}

async function count(
  installation: Installation,
  since: string,
  expected: number,
): Promise<Pick<Drain, 'count' | 'lost' | 'doubled' | 'outOfOrder'>> {
  const [counts] = await installation.query<{ count: number; doubled: number }>(
    `SELECT count(*)::integer AS count, coalesce(sum((
         SELECT count(*) FROM events e WHERE e.analysis_id = a.id AND e.kind = 'succeeded') - 1), 0)::integer AS doubled
     FROM analyses a WHERE created_at >= $1 AND state = 'succeeded'`,
    [since],
  );
  const started = await installation.query<{ rank: number }>(
    `SELECT array_position(ARRAY['stat', 'routine', 'research'], lane) * 1000 - priority AS rank FROM analyses
     WHERE created_at >= $1 ORDER BY started_at`,
    [since],
  );
  const outOfOrder = overtaken(started.map(({ rank }) => rank));
  const { count: found = 0, doubled = 0 } = counts ?? {};
  return { count: found, lost: expected - found, doubled, outOfOrder };
}

/** How many of the ranks have a smaller one further behind than the tasks in hand reach. */
function overtaken(ranks: readonly number[]): number {
  const inFlight = 2 * CAPACITY;
  let overtakenSoFar = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (let at = ranks.length - 1 - inFlight; at >= 0; at -= 1) {
    smallest = Math.min(smallest, ranks[at + inFlight] ?? Number.POSITIVE_INFINITY);
    if (smallest < (ranks[at] ?? 0)) overtakenSoFar += 1;
  }
  return overtakenSoFar;
}

type Row = Omit<BenchmarkRow, 'command'>;

function describe(backend: QueueBackend, served: Drain, carried: Drain, aloneMs: number): Row[] {
  const rate = (count: number, ms: number): string => `${Number(((count / ms) * 1000).toPrecision(2))}/s`;
  const row = (name: string, drain: Drain, peer: string): Row => ({
    name: `${backend}: ${drain.count + drain.lost} analyses, ${name}`,
    goal: '0 lost, 0 doubled, in order',
    reached: `${drain.lost} lost, ${drain.doubled} doubled, ${drain.outOfOrder} out of order`,
    met: drain.lost === 0 && drain.doubled === 0 && drain.outOfOrder === 0,
    peer,
  });
  const tasks = TASKS_PER_ANALYSIS * carried.count;
  const share = aloneMs / carried.drainMs;
  return [
    row(
      'no-op consumer',
      carried,
      `submitted at ${rate(carried.count, carried.submitMs)}, drained at ${rate(carried.count, carried.drainMs)}`,
    ),
    {
      name: `${backend}: ${carried.count} analyses drained, of the queue alone`,
      goal: `≥ ${LEAST_SHARE}`,
      reached: `${share.toFixed(2)} (${rate(tasks, carried.drainMs)} tasks)`,
      met: share >= LEAST_SHARE,
      peer: `${tasks} jobs of which nothing is recorded: ${rate(tasks, aloneMs)}`,
    },
    row(
      'real worker',
      served,
      `submitted over HTTP at ${rate(served.count, served.submitMs)}, drained at ${rate(served.count, served.drainMs)}`,
    ),
  ];
}
