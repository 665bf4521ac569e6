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
  /** Threads and patches of one inference run; what is not stated is calibrated. */
  GIGASCOPE_THREADS: z.coerce.number().int().min(1).max(256).optional(),
  GIGASCOPE_BATCH: z.coerce.number().int().min(1).max(1024).optional(),
  /** off: one session on every processor, batches of 32. */
  GIGASCOPE_CALIBRATION: z.enum(['on', 'off']).default('on'),
  /** Folder of what this machine remembers; default: beside slides and results. */
  GIGASCOPE_STATE: z.string().min(1).optional(),
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
    calibration:
      environment.GIGASCOPE_CALIBRATION === 'on'
        ? { folder: environment.GIGASCOPE_STATE ?? environment.GIGASCOPE_BLOBS, when: 'once' as const }
        : undefined,
  },
  capacity: environment.WORKER_CAPACITY,
  leaseMs: environment.WORKER_LEASE_MS,
  logLevel: environment.LOG_LEVEL,
} as const;
