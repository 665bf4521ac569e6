import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlobStore, Store } from '@gigascope/store';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Counter } from 'prom-client';
import type { ActivationEngine } from './activations/activation-engine.ts';
import type { ReaderPool } from './readers/reader-pool.ts';

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
  /** Of one client's address, and of one key or person with costly requests counted several times. */
  readonly requestsPerMinute: number;
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
  readonly access: AccessMode;
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
  /** Aborts when the application closes: streams that would never end by themselves end then. */
  readonly closing: AbortSignal;
}
