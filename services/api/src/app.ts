import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import type { SlideRow } from '@gigascope/store';
import Fastify, { type FastifyServerOptions } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import manifest from '../package.json' with { type: 'json' };
import { buildAccess } from './access/build-access.ts';
import { registerAccess } from './access/register-access.ts';
import { registerAudit } from './access/register-audit.ts';
import { registerCostLimit } from './access/register-cost-limit.ts';
import type { AppParts } from './app-parts.ts';
import type { Api, Context } from './context.ts';
import { EvaluationThreads } from './evaluation/evaluation-threads.ts';
import { HeatmapPyramids } from './heatmaps/heatmap-pyramids.ts';
import { registerClosing } from './plugins/closing.ts';
import { registerDashboard } from './plugins/dashboard.ts';
import { registerIdempotency } from './plugins/idempotency.ts';
import { registerMetrics } from './plugins/metrics.ts';
import { registerOpenApi } from './plugins/openapi.ts';
import { registerProblems, sendProblem } from './plugins/problems.ts';
import { registerSecurity } from './plugins/security.ts';
import { registerSlowBodies } from './plugins/slow-bodies.ts';
import { QualityQueue } from './quality/quality-queue.ts';
import { registerQuality } from './quality/register-quality.ts';
import { registerRoutes } from './routes/index.ts';
import { NativeTiles } from './slides/native/native-tiles.ts';
import { ReadySlides } from './slides/native/ready-slides.ts';
import { registerRetention } from './slides/register-retention.ts';
import { TileCache } from './slides/tile-cache.ts';
import { registerUpkeep } from './uploads/register-upkeep.ts';
import { SettleQueue } from './uploads/settle-queue.ts';
import { UploadLocks } from './uploads/tus/upload-locks.ts';

/** Of JSON; a slide's body is streamed and has a limit of its own. */
const MAX_BODY_BYTES = 64 * 1024;
/** 64 MiB; the whole process is to stay under 300. */
const TILE_CACHE_BYTES = 2 ** 26;
const REQUEST_ID_HEADER = 'x-request-id';

/** Builds the application without listening. Closing it ends its streams; what it was given stays open. */
export async function buildApp(parts: AppParts, logger: FastifyServerOptions['logger'] = false): Promise<Api> {
  const app: Api = Fastify({
    logger,
    bodyLimit: MAX_BODY_BYTES,
    // Uploads take as long as they take; see slow-bodies and uploadIdleMs.
    requestTimeout: 0,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 64 },
    frameworkErrors: (error, request, reply) => void sendProblem(reply, error, request.id),
  }).withTypeProvider<ZodTypeProvider>();
  // Nothing here is text; without it a form from a foreign page could be sent as such.
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
  registerProblems(app);
  const metrics = registerMetrics(app, parts.store, { views: parts.views, probes: parts.probes });
  await registerSecurity(app, parts.limits.requestsPerMinute);
  registerSlowBodies(app);
  await app.register(cookie);
  const { ways, ...access } = buildAccess(parts);
  app.addHook('onClose', async () => access.principals[Symbol.dispose]());
  registerAccess(app, ways);
  registerCostLimit(app, parts.limits.requestsPerMinute);
  registerAudit(app, parts.store);
  registerIdempotency(app, parts.store);
  await registerOpenApi(app, manifest.version);
  await app.register(multipart, {
    limits: { files: 1, fields: 10, fieldSize: 4096, fileSize: Number.MAX_SAFE_INTEGER },
  });
  const heatmaps = new HeatmapPyramids(parts.blobs);
  const evaluations = new EvaluationThreads({ size: 1, maxWaiting: 8 });
  const closing = registerClosing(app);
  const quality = new QualityQueue(parts, closing);
  const measure = ({ tenantId, id }: SlideRow): void => {
    if (parts.measuresQuality) quality.add(tenantId, id);
  };
  const uploads = { settling: new SettleQueue(parts, metrics, closing, measure), uploadLocks: new UploadLocks() };
  const tiles = new TileCache(parts.tileCacheBytes ?? TILE_CACHE_BYTES);
  const native = new NativeTiles(parts.views);
  const shown = new ReadySlides(parts.store);
  app.addHook('onClose', async () => {
    native.close();
    shown[Symbol.dispose]();
  });
  const context: Context = {
    ...parts,
    ...access,
    metrics,
    heatmaps,
    evaluations,
    tiles,
    native,
    shown,
    ...uploads,
    closing,
  };
  registerUpkeep(app, context);
  registerRetention(app, context);
  if (parts.measuresQuality) registerQuality(app, quality);
  registerRoutes(app, context);
  await registerDashboard(app);
  return app;
}
