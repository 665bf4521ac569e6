import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const Environment = z.object({
  /** Folder of model bundles; default: those shipped with the project. */
  GIGASCOPE_MODELS: z
    .string()
    .min(1)
    .default(fileURLToPath(new URL('../../../models', import.meta.url))),
  /** Threads of one inference run; default: calibrated. */
  GIGASCOPE_THREADS: z.coerce.number().int().min(1).max(256).optional(),
  /** Patches of one inference run; default: calibrated. */
  GIGASCOPE_BATCH: z.coerce.number().int().min(1).max(1024).optional(),
  /** off: one session on every processor, batches of 32. */
  GIGASCOPE_CALIBRATION: z.enum(['on', 'off']).default('on'),
  /** Folder of what this machine remembers. */
  GIGASCOPE_STATE: z
    .string()
    .min(1)
    .default(fileURLToPath(new URL('../../../var', import.meta.url))),
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
  /** As an engine is told when it loads a model. */
  engine: {
    threads: environment.GIGASCOPE_THREADS,
    batchSize: environment.GIGASCOPE_BATCH,
    calibration:
      environment.GIGASCOPE_CALIBRATION === 'on'
        ? { folder: environment.GIGASCOPE_STATE, when: 'once' as const }
        : undefined,
  },
  stateFolder: environment.GIGASCOPE_STATE,
  searchPath: environment.PATH,
  databaseUrl: environment.DATABASE_URL,
  redisUrl: environment.REDIS_URL,
  logLevel: environment.LOG_LEVEL,
  apiKey: environment.GIGASCOPE_KEY,
  /** What services that this command starts inherit. */
  inherited: process.env,
} as const;
