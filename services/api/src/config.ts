import { availableParallelism } from 'node:os';
import { z } from 'zod';

const Environment = z.object({
  /** Of the app role, which sees one laboratory at a time. */
  DATABASE_URL: z.string().min(1),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(1).max(50).default(10),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** 0: any free port. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Without it open on a loopback address, keys on any other. */
  GIGASCOPE_ACCESS: z.enum(['open', 'keys']).optional(),
  /** Folder of slides and results, the same as the workers'. */
  GIGASCOPE_BLOBS: z.string().min(1),
  /** 64 GiB. */
  MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(2 ** 36),
  /** Disk space that uploads leave free for the database and for results: 1 GiB. */
  RESERVED_DISK_BYTES: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(2 ** 30),
  /** An upload that sends nothing for this long is dropped. */
  UPLOAD_IDLE_SECONDS: z.coerce.number().positive().default(60),
  /** Of one client's address. */
  REQUESTS_PER_MINUTE: z.coerce.number().int().positive().default(30_000),
  /** Processes that open slides for viewing; as many again, at most 2, check uploads. */
  READERS: z.coerce.number().int().min(1).max(32).default(Math.min(4, availableParallelism())),
  /** A reader's process that holds more is ended: 2 GiB. */
  READER_MEMORY_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(2 ** 31),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

const environment = Environment.parse(process.env);
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

export const config = {
  databaseUrl: environment.DATABASE_URL,
  maxConnections: environment.DATABASE_CONNECTIONS,
  host: environment.HOST,
  port: environment.PORT,
  access: environment.GIGASCOPE_ACCESS ?? (LOOPBACK.has(environment.HOST) ? 'open' : 'keys'),
  blobsFolder: environment.GIGASCOPE_BLOBS,
  readers: environment.READERS,
  readerMemoryBytes: environment.READER_MEMORY_BYTES,
  logLevel: environment.LOG_LEVEL,
  limits: {
    maxUploadBytes: environment.MAX_UPLOAD_BYTES,
    reservedDiskBytes: environment.RESERVED_DISK_BYTES,
    uploadIdleMs: environment.UPLOAD_IDLE_SECONDS * 1000,
    requestsPerMinute: environment.REQUESTS_PER_MINUTE,
  },
} as const;
