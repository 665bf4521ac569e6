import { paths } from '@gigascope/contracts/http';
import type { Store } from '@gigascope/store';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../app-parts.ts';
import type { Api } from '../context.ts';
import type { ReaderPool } from '../readers/reader-pool.ts';

/** From a tile out of a cache to an upload of many gigabytes. */
const SECONDS_BUCKETS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600];

/** Counts and times every request by its route, never by its address, and serves all figures at /metrics. */
export function registerMetrics(app: Api, store: Store, pools: Readonly<Record<string, ReaderPool>>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'gigascope_http_requests_total',
    help: 'Answered requests',
    labelNames,
    registers,
  });
  const seconds = new Histogram({
    name: 'gigascope_http_request_seconds',
    help: 'Time from the request to the end of its answer',
    labelNames: ['method', 'route'],
    buckets: SECONDS_BUCKETS,
    registers,
  });
  const uploads = new Counter({
    name: 'gigascope_uploads_total',
    help: 'Uploads by outcome: accepted or an error code',
    labelNames: ['outcome'],
    registers,
  });
  const uploadBytes = new Counter({
    name: 'gigascope_upload_bytes_total',
    help: 'Bytes received in uploads',
    registers,
  });
  const waiting = new Gauge({
    name: 'gigascope_reader_waiting',
    help: 'Requests that wait for a reader process',
    labelNames: ['pool'],
    registers,
    collect: () => {
      for (const [pool, { waiting: count }] of Object.entries(pools)) waiting.set({ pool }, count);
    },
  });
  const analyses = new Gauge({
    name: 'gigascope_analyses',
    help: 'Analyses by state, of all laboratories',
    labelNames: ['state'],
    registers,
  });
  const tasks = new Gauge({
    name: 'gigascope_tasks',
    help: 'Unfinished tasks by state: waiting for a place in the queue, queued, running',
    labelNames: ['state'],
    registers,
  });

  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    requests.inc({ method: request.method, route, status: reply.statusCode });
    seconds.observe({ method: request.method, route }, reply.elapsedTime / 1000);
  });
  app.get(paths.metrics, { schema: { hide: true } }, async (_request, reply) => {
    try {
      for (const [state, count] of Object.entries(await store.analyses.countByState())) analyses.set({ state }, count);
      for (const [state, count] of Object.entries(await store.tasks.counts())) tasks.set({ state }, count);
    } catch {
      // Without the database the process's own figures are wanted all the more.
      analyses.reset();
      tasks.reset();
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  return { uploads, uploadBytes };
}
