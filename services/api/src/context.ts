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

export interface Limits {
  readonly maxUploadBytes: number;
  /** Disk space that uploads leave free. */
  readonly reservedDiskBytes: number;
  readonly uploadIdleMs: number;
  /** Of one client's address. */
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

declare module 'fastify' {
  interface FastifyRequest {
    /** The laboratory that the request speaks for. */
    tenantId: string;
  }
}
