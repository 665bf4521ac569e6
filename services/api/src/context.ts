import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlobStore, Store } from '@gigascope/store';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Counter } from 'prom-client';
import type { BrowserSessions } from './access/browser-sessions.ts';
import type { Cookies } from './access/cookies.ts';
import type { IdentityProvider } from './access/oidc/identity-provider.ts';
import type { OidcSettings } from './access/oidc/settings.ts';
import type { PrincipalCache } from './access/principal-cache.ts';
import type { ActivationEngine } from './activations/activation-engine.ts';
import type { EvaluationThreads } from './evaluation/evaluation-threads.ts';
import type { HeatmapPyramids } from './heatmaps/heatmap-pyramids.ts';
import type { ReaderPool } from './readers/reader-pool.ts';
import type { TileCache } from './slides/tile-cache.ts';
import type { SettleQueue } from './uploads/settle-queue.ts';
import type { UploadLocks } from './uploads/tus/upload-locks.ts';
import type { WebhookSender } from './webhooks/webhook-sender.ts';

/** The application with zod schemas as the source of its types. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** 'open': whoever reaches the API may do everything, for one laboratory on one machine. 'keys': only who brings a key or signs in. */
export type AccessMode = 'open' | 'keys';

export interface Limits {
  readonly maxUploadBytes: number;
  /** Disk space that uploads leave free. */
  readonly reservedDiskBytes: number;
  readonly uploadIdleMs: number;
  /** After its last piece, an upload that is not complete is cleared away. */
  readonly uploadExpiresMs: number;
  /** Of one client's address, and of one key or person with costly requests counted several times. */
  readonly requestsPerMinute: number;
}

export interface SignInSettings {
  /** The browser reaches the API by TLS, which ends in front of this process. */
  readonly cookieSecure: boolean;
  /** Origin at which browsers reach the API, such as https://gigascope.example; null: as the request says. */
  readonly publicOrigin: string | null;
  /** null: people come with API keys only. */
  readonly oidc: OidcSettings | null;
}

/** What the application is given: it opens nothing itself, and closes nothing of this. */
export interface AppParts {
  readonly store: Store;
  readonly blobs: BlobStore;
  /** For viewing. */
  readonly views: ReaderPool;
  /** For checking what was uploaded; apart, so that a slow upload holds up no viewer. */
  readonly probes: ReaderPool;
  /** For showing why a patch was called what it was. */
  readonly activations: ActivationEngine;
  /** For calling other systems. */
  readonly webhooks: WebhookSender;
  readonly access: AccessMode;
  /** Memory for encoded tiles; without it 64 MiB. */
  readonly tileCacheBytes?: number;
  readonly signIn: SignInSettings;
  readonly limits: Limits;
}

/** What routes count beyond requests; /metrics serves it. */
export interface Metrics {
  readonly uploads: Counter<'outcome'>;
  readonly uploadBytes: Counter;
}

/** What every route is registered with. */
export interface Context extends AppParts {
  readonly metrics: Metrics;
  /** Complete uploads on their way to a slide. */
  readonly settling: SettleQueue;
  readonly uploadLocks: UploadLocks;
  readonly principals: PrincipalCache;
  readonly cookies: Cookies;
  readonly sessions: BrowserSessions;
  /** null: people come with API keys only. */
  readonly provider: IdentityProvider | null;
  readonly heatmaps: HeatmapPyramids;
  readonly evaluations: EvaluationThreads;
  /** Encoded tiles, in memory. */
  readonly tiles: TileCache;
  /** Aborts when the application closes: streams that would never end by themselves end then. */
  readonly closing: AbortSignal;
}
