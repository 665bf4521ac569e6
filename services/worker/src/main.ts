/** The worker's process: dispatcher, queue, engine and tasks. Stops in order on SIGTERM, SIGINT or when its parent goes. */
import { createDispatcher, openFileBlobs, openQueue, openStore } from '@gigascope/store';
import { pino } from 'pino';
import { config } from './config.ts';
import { EnginePool } from './engine-pool.ts';
import { FinishThreads } from './finish-threads.ts';
import { registerModels } from './register-models.ts';
import { Supervisor } from './supervisor.ts';

const MAX_CONNECTIONS = 8;

const log = pino({ name: 'worker', level: config.logLevel }, pino.destination({ dest: 2, sync: false }));
const { databaseUrl, redisUrl } = config;
const store = openStore({
  databaseUrl,
  role: 'dispatcher',
  maxConnections: MAX_CONNECTIONS,
  // No more of the task than this: its slide's properties may hold names.
  onStale: ({ taskId, attempt }) =>
    log.warn({ taskId, attempt, code: 'STALE_ATTEMPT' }, 'a result came too late and was refused'),
});
const blobs = await openFileBlobs(config.blobsFolder);
await registerModels(store, config.modelsFolder, log);
// Uploaded ones, which may have moved with the data.
await registerModels(store, blobs.modelsFolder, log);
const onError = (error: Error): void => log.warn({ error: error.message }, 'queue');
const queue = await openQueue({ ...(redisUrl === undefined ? { databaseUrl } : { redisUrl }), onError });
const dispatcher = createDispatcher({
  store,
  queue,
  onReport: (report) => (report.kind === 'error' ? log.warn(report, 'dispatcher') : log.debug(report, 'dispatcher')),
});
dispatcher.start();
const engines = new EnginePool(config.engine, (chosen) => {
  for (const { name, settings, squareCells, from, at } of chosen)
    log.info({ model: name, ...settings, squareCells, from, at }, 'engine settings');
});
const supervisor = new Supervisor({
  ...config,
  store,
  blobs,
  engines,
  finishes: new FinishThreads(config.capacity),
  queue,
  log,
});
process.send?.({ ready: true });
log.info({ queue: redisUrl === undefined ? 'postgres' : 'redis', capacity: config.capacity }, 'ready');

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info('stopping');
  await supervisor[Symbol.asyncDispose]();
  await dispatcher[Symbol.asyncDispose]();
  await queue[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  log.flush();
  process.exit(0);
}

process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
process.on('disconnect', () => void stop());
