import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const Environment = z.object({
  /** Connection of the dispatcher role. */
  DATABASE_URL: z.string().min(1),
  /** Redis carries the queue when it is set, otherwise Postgres does. */
  REDIS_URL: z.string().min(1).optional(),
  /** Folder of slides and results. */
  GIGASCOPE_BLOBS: z.string().min(1),
  GIGASCOPE_MODELS: z
    .string()
    .min(1)
    .default(fileURLToPath(new URL('../../../models', import.meta.url))),
  GIGASCOPE_THREADS: z.coerce.number().int().min(1).max(256).default(availableParallelism()),
  GIGASCOPE_BATCH: z.coerce.number().int().min(1).max(1024).default(32),
  GIGASCOPE_PROVIDER: z.enum(['cpu', 'cuda']).default('cpu'),
  /** Tasks in hand at once: one is inferred while the next are read. */
  WORKER_CAPACITY: z.coerce.number().int().min(1).max(64).default(3),
  /** How long a task stays ours without a sign of life. */
  WORKER_LEASE_MS: z.coerce.number().int().min(500).default(15_000),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
});

const environment = Environment.parse(process.env);

export const config = {
  databaseUrl: environment.DATABASE_URL,
  redisUrl: environment.REDIS_URL,
  blobsFolder: environment.GIGASCOPE_BLOBS,
  modelsFolder: environment.GIGASCOPE_MODELS,
  engine: {
    threads: environment.GIGASCOPE_THREADS,
    batchSize: environment.GIGASCOPE_BATCH,
    provider: environment.GIGASCOPE_PROVIDER,
  },
  capacity: environment.WORKER_CAPACITY,
  leaseMs: environment.WORKER_LEASE_MS,
  logLevel: environment.LOG_LEVEL,
} as const;
