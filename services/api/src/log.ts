import type { FastifyServerOptions } from 'fastify';

/** Scanners and people write patients' names into these; a request is logged by its route and ids only. */
const REDACTED = ['req.headers', 'name', '*.name', '*.filename', '*.slideName', 'metadata', '*.metadata'];

/** JSON lines on stderr; stdout is for the address alone. */
export function logOptions(level: string): Exclude<FastifyServerOptions['logger'], boolean | undefined> {
  return {
    level,
    redact: REDACTED,
    serializers: {
      req: (request) => ({ method: request.method, route: request.routeOptions?.url ?? 'none', id: request.id }),
      err: ({ name, message, stack, cause, ...rest }: Error & { code?: unknown }) => ({
        type: name,
        message,
        stack: stack ?? '',
        code: rest.code,
        cause: cause instanceof Error ? (cause.stack ?? cause.message) : undefined,
      }),
    },
    stream: process.stderr,
  };
}
