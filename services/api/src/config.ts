import { availableParallelism } from 'node:os';
import { z } from 'zod';
import type { OidcSettings } from './access/oidc/settings.ts';
import { parseAllowedHosts } from './webhooks/allowed-hosts.ts';
import { RETRY_DELAYS_MS } from './webhooks/retry.ts';

const Environment = z.object({
  /** Of the app role, which sees one laboratory at a time. */
  DATABASE_URL: z.string().min(1),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(1).max(50).default(10),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** 0: any free port. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Without it open on a loopback address, keys on any other. */
  GIGASCOPE_ACCESS: z.enum(['open', 'keys']).optional(),
  /** The session's cookie is for TLS only. Without it false on a loopback address, true on any other. */
  COOKIE_SECURE: z.stringbool().optional(),
  /** At which browsers reach the API, such as https://gigascope.example; without it as each request says. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Of an OpenID Connect provider, exactly as its tokens say it; https, but for loopback addresses. */
  OIDC_ISSUER: z.url().refine(isConfidential, 'must be https, or on a loopback address').optional(),
  /** Of tokens that are meant for this API; without it OIDC_CLIENT_ID. */
  OIDC_AUDIENCE: z.string().min(1).optional(),
  OIDC_TENANT_CLAIM: z.string().min(1).default('tenant'),
  OIDC_ROLES_CLAIM: z.string().min(1).default('roles'),
  /** Without it people cannot sign in by browser, but tokens are taken. */
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_SCOPE: z.string().min(1).default('openid profile'),
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
  /** A resumable upload that is not complete is cleared away so long after its last piece. */
  UPLOAD_EXPIRES_HOURS: z.coerce
    .number()
    .positive()
    .max(24 * 365)
    .default(24),
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
  /** Hosts inside the network that webhooks may call, over http:// too: `host:port,host:port`. */
  WEBHOOK_ALLOW_PRIVATE: z.string().default('').transform(parseAllowedHosts),
  WEBHOOK_TIMEOUT_SECONDS: z.coerce.number().min(1).max(60).default(15),
  /** How long after each failed call the next one is made, comma-separated; without it 5 s to 24 h, three days in all. */
  WEBHOOK_RETRY_SECONDS: z
    .string()
    .regex(/^\d+(\.\d+)?(,\d+(\.\d+)?)*$/)
    .transform((list) => list.split(',').map(Number))
    .optional(),
  /** Memory of this process for encoded tiles: 64 MiB. */
  TILE_CACHE_BYTES: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(2 ** 26),
  /** Whether the quality of slides is measured once they are ready. */
  MEASURE_QUALITY: z.stringbool().default(true),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '[::1]', 'localhost']);

function isConfidential(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}

const environment = Environment.parse(process.env);
const isLocal = LOOPBACK.has(environment.HOST);

function oidcSettings(): OidcSettings | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: id, OIDC_AUDIENCE: audience = id } = environment;
  if (issuer === undefined) return null;
  if (audience === undefined) throw new Error('OIDC_ISSUER needs OIDC_AUDIENCE or OIDC_CLIENT_ID');
  const { OIDC_CLIENT_SECRET: secret = null, OIDC_SCOPE: scope } = environment;
  return {
    issuer,
    audience,
    tenantClaim: environment.OIDC_TENANT_CLAIM,
    rolesClaim: environment.OIDC_ROLES_CLAIM,
    client: id === undefined ? null : { id, secret, scope },
  };
}

export const config = {
  databaseUrl: environment.DATABASE_URL,
  maxConnections: environment.DATABASE_CONNECTIONS,
  host: environment.HOST,
  port: environment.PORT,
  access: environment.GIGASCOPE_ACCESS ?? (isLocal ? 'open' : 'keys'),
  signIn: {
    cookieSecure: environment.COOKIE_SECURE ?? !isLocal,
    publicOrigin: environment.PUBLIC_URL === undefined ? null : new URL(environment.PUBLIC_URL).origin,
    oidc: oidcSettings(),
  },
  blobsFolder: environment.GIGASCOPE_BLOBS,
  readers: environment.READERS,
  readerMemoryBytes: environment.READER_MEMORY_BYTES,
  tileCacheBytes: environment.TILE_CACHE_BYTES,
  measuresQuality: environment.MEASURE_QUALITY,
  logLevel: environment.LOG_LEVEL,
  webhooks: {
    allowedHosts: environment.WEBHOOK_ALLOW_PRIVATE,
    timeoutMs: environment.WEBHOOK_TIMEOUT_SECONDS * 1000,
    retryDelaysMs: environment.WEBHOOK_RETRY_SECONDS?.map((seconds) => seconds * 1000) ?? RETRY_DELAYS_MS,
  },
  limits: {
    maxUploadBytes: environment.MAX_UPLOAD_BYTES,
    reservedDiskBytes: environment.RESERVED_DISK_BYTES,
    uploadIdleMs: environment.UPLOAD_IDLE_SECONDS * 1000,
    uploadExpiresMs: environment.UPLOAD_EXPIRES_HOURS * 3_600_000,
    requestsPerMinute: environment.REQUESTS_PER_MINUTE,
  },
} as const;
