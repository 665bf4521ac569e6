import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { BrowserSessions } from './access/browser-sessions.ts';
import type { Cookies } from './access/cookies.ts';
import type { IdentityProvider } from './access/oidc/identity-provider.ts';
import type { PrincipalCache } from './access/principal-cache.ts';
import type { AppParts, Metrics } from './app-parts.ts';
import type { EvaluationThreads } from './evaluation/evaluation-threads.ts';
import type { HeatmapPyramids } from './heatmaps/heatmap-pyramids.ts';
import type { NativeTiles } from './slides/native/native-tiles.ts';
import type { ReadySlides } from './slides/native/ready-slides.ts';
import type { TileCache } from './slides/tile-cache.ts';
import type { SettleQueue } from './uploads/settle-queue.ts';
import type { UploadLocks } from './uploads/tus/upload-locks.ts';

/** The application with zod schemas as the source of its types. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

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
  /** Tiles that are passed on as they lie in their files. */
  readonly native: NativeTiles;
  /** Which slides may be shown, remembered for a moment. */
  readonly shown: ReadySlides;
  /** Aborts when the application closes: streams that would never end by themselves end then. */
  readonly closing: AbortSignal;
}
