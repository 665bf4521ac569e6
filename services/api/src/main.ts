/** The API's process: listens, tells its address as one line of JSON (and to the parent that forked it), closes in order. */
import { openFileBlobs, openStore } from '@gigascope/store';
import { ActivationEngine } from './activations/activation-engine.ts';
import { buildApp } from './app.ts';
import { config } from './config.ts';
import { logOptions } from './log.ts';
import { ReaderPool } from './readers/reader-pool.ts';
import { startDeliveries } from './webhooks/start-deliveries.ts';
import { WebhookSender } from './webhooks/webhook-sender.ts';

/** Requests under way get this long to end. */
const CLOSE_WITHIN_MS = 15_000;
const VIEW_TIMEOUT_MS = 30_000;
const PROBE_TIMEOUT_MS = 180_000;
/** Loading a large model included. */
const ACTIVATION_TIMEOUT_MS = 120_000;
const ACTIVATION_IDLE_MS = 60_000;
/** A model with its two sessions and one patch: 4 GiB. */
const ACTIVATION_MEMORY_BYTES = 2 ** 32;

const { databaseUrl, maxConnections, blobsFolder, readers, readerMemoryBytes: maxMemoryBytes } = config;
await using resources = new AsyncDisposableStack();
const store = resources.use(openStore({ databaseUrl, role: 'app', maxConnections }));
const blobs = await openFileBlobs(blobsFolder);
const views = resources.use(
  new ReaderPool({ size: readers, timeoutMs: VIEW_TIMEOUT_MS, maxWaiting: 256, maxMemoryBytes }),
);
const probes = resources.use(
  new ReaderPool({ size: Math.min(2, readers), timeoutMs: PROBE_TIMEOUT_MS, maxWaiting: 64, maxMemoryBytes }),
);
const activations = resources.use(
  new ActivationEngine({
    timeoutMs: ACTIVATION_TIMEOUT_MS,
    idleMs: ACTIVATION_IDLE_MS,
    maxWaiting: 16,
    maxMemoryBytes: ACTIVATION_MEMORY_BYTES,
  }),
);
const { access, signIn, limits } = config;
const webhooks = new WebhookSender(config.webhooks);
const { tileCacheBytes, measuresQuality } = config;
const settings = { access, signIn, limits, tileCacheBytes, measuresQuality };
const parts = { store, blobs, views, probes, activations, webhooks, ...settings };
const app = await buildApp(parts, logOptions(config.logLevel));

const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  process.once('disconnect', () => resolve());
});
const url = await app.listen({ host: config.host, port: config.port });
process.stdout.write(`${JSON.stringify({ kind: 'listening', url })}\n`);
process.send?.({ kind: 'listening', url });
resources.use(
  startDeliveries(store, webhooks, (error) => app.log.warn({ code: error.code }, 'webhooks could not be called')),
);
await stopped;
const impatient = setTimeout(() => app.server.closeAllConnections(), CLOSE_WITHIN_MS);
await app.close();
clearTimeout(impatient);
// The line to a parent would keep this process alive.
if (process.connected) process.disconnect();
