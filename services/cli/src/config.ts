import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const Environment = z.object({
  /** Folder of model bundles; default: those shipped with the project. */
  GIGASCOPE_MODELS: z
    .string()
    .min(1)
    .default(fileURLToPath(new URL('../../../models', import.meta.url))),
  /** Threads of one inference run; default: every processor. */
  GIGASCOPE_THREADS: z.coerce.number().int().min(1).max(256).default(availableParallelism()),
  /** Patches of one inference run. */
  GIGASCOPE_BATCH: z.coerce.number().int().min(1).max(1024).default(32),
  PATH: z.string().default(''),
  /** Of a database owner; default: a Postgres of our own. */
  DATABASE_URL: z.string().min(1).optional(),
  /** Redis carries the queue when it is set, otherwise Postgres does. */
  REDIS_URL: z.string().min(1).optional(),
  /** For `export` from an installation that asks for keys. */
  GIGASCOPE_KEY: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
});

const environment = Environment.parse(process.env);

export const config = {
  modelsFolder: environment.GIGASCOPE_MODELS,
  threads: environment.GIGASCOPE_THREADS,
  batchSize: environment.GIGASCOPE_BATCH,
  searchPath: environment.PATH,
  databaseUrl: environment.DATABASE_URL,
  redisUrl: environment.REDIS_URL,
  logLevel: environment.LOG_LEVEL,
  apiKey: environment.GIGASCOPE_KEY,
  /** What services that this command starts inherit. */
  inherited: process.env,
} as const;
