import { join } from 'node:path';
import { type BlobStore, openFileBlobs, openStore, type Store } from '@gigascope/store';
import { ActivationEngine } from '../../services/api/src/activations/activation-engine.ts';
import { buildApp } from '../../services/api/src/app.ts';
import type { AccessMode, Limits, SignInSettings } from '../../services/api/src/app-parts.ts';
import type { Api } from '../../services/api/src/context.ts';
import { ReaderPool } from '../../services/api/src/readers/reader-pool.ts';
import { WebhookSender, type WebhookSettings } from '../../services/api/src/webhooks/webhook-sender.ts';
import { temporaryFolder } from './fixtures.ts';
import { startMigratedPostgres } from './postgres-template.ts';

const LIMITS: Limits = {
  maxUploadBytes: 2 ** 30,
  reservedDiskBytes: 0,
  uploadIdleMs: 10_000,
  uploadExpiresMs: 86_400_000,
  requestsPerMinute: 1_000_000,
};

/** Nowhere inside the network, as in a fresh installation. */
const WEBHOOKS: WebhookSettings = { allowedHosts: new Set(), timeoutMs: 5_000, retryDelaysMs: [] };

export interface RunningApi extends AsyncDisposable {
  /** Such as http://127.0.0.1:41234. */
  readonly url: string;
  readonly app: Api;
  /** Of the app role, as the API has it. */
  readonly store: Store;
  /** Of the dispatcher role, as a worker has it. */
  readonly workerStore: Store;
  readonly blobs: BlobStore;
  readonly blobsFolder: string;
  readonly appUrl: string;
  /** Of a superuser: sees everything, for looking into tables. */
  readonly ownerUrl: string;
  readonly views: ReaderPool;
  readonly webhooks: WebhookSender;
  readonly stopDatabase: () => Promise<void>;
}

/** The real API, listening, on a Postgres of its own with real reader processes; all of it is gone afterwards. */
export async function startApi(
  limits: Partial<Limits> = {},
  access: AccessMode = 'open',
  signIn: Partial<SignInSettings> = {},
  webhookSettings: Partial<WebhookSettings> = {},
  // Its pictures come some time after a slide, when tests count files.
  measuresQuality = false,
): Promise<RunningApi> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const { postgres, urls } = await startMigratedPostgres(join(folder.path, 'postgres'));
  stack.defer(() => postgres.stop('immediate'));
  const { appUrl, dispatcherUrl } = urls;
  const store = stack.use(openStore({ databaseUrl: appUrl, role: 'app', maxConnections: 5 }));
  const workerStore = stack.use(openStore({ databaseUrl: dispatcherUrl, role: 'dispatcher', maxConnections: 2 }));
  const blobsFolder = join(folder.path, 'blobs');
  const blobs = await openFileBlobs(blobsFolder);
  const pool = { size: 1, maxWaiting: 8, maxMemoryBytes: 2 ** 30, timeoutMs: 60_000 };
  const views = stack.use(new ReaderPool(pool));
  const probes = stack.use(new ReaderPool(pool));
  const activations = stack.use(
    new ActivationEngine({ timeoutMs: 60_000, idleMs: 60_000, maxWaiting: 8, maxMemoryBytes: 2 ** 31 }),
  );
  const webhooks = new WebhookSender({ ...WEBHOOKS, ...webhookSettings });
  const app = await buildApp({
    store,
    blobs,
    views,
    probes,
    activations,
    webhooks,
    access,
    measuresQuality,
    signIn: { cookieSecure: false, publicOrigin: null, oidc: null, ...signIn },
    limits: { ...LIMITS, ...limits },
  });
  stack.defer(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const owned = stack.move();
  return {
    url,
    app,
    store,
    workerStore,
    blobs,
    blobsFolder,
    appUrl,
    ownerUrl: postgres.ownerUrl,
    views,
    webhooks,
    stopDatabase: () => postgres.stop('immediate'),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
