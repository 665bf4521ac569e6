import type { AuditRecord, Store } from '@gigascope/store';
import type { FastifyRequest } from 'fastify';
import type { Api } from '../context.ts';
import { errorOf } from '../problem.ts';
import { RecentViews } from './recent-views.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** false: not recorded, for what shows nothing of a laboratory. */
    audit?: false;
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'FORBIDDEN']);

/**
 * Records who asked for what before it is done, so that nothing is seen or changed without an entry, and after it what
 * changes failed and what was refused. The action is the operation's id. The same view by the same person is recorded
 * once a minute: a slide is a thousand tiles.
 */
export function registerAudit(app: Api, store: Store): void {
  const views = new RecentViews();
  app.addHook('preHandler', async (request) => {
    const entry = entryOf(request, 'asked');
    if (entry === null) return;
    const record = (): Promise<void> => store.audit.append(tenantOf(request), [entry]);
    await (isView(request) ? views.once(entry, record) : record());
  });
  app.addHook('onError', async (request, _reply, error) => {
    const { code } = errorOf(error);
    const entry = entryOf(request, code);
    if (entry === null || (isView(request) && !REFUSALS.has(code))) return;
    await store.audit.append(tenantOf(request), [entry]).catch((cause: unknown) => {
      request.log.error({ err: cause }, 'a refusal could not be recorded');
    });
  });
}

/**
 * Records a view that shows more than the route's others, under a name of its own and every time, before it is shown: who saw
 * a patient's name is not lost among those who saw a tile.
 */
export async function recordSight(store: Store, request: FastifyRequest, action: string): Promise<void> {
  const entry = entryOf(request, 'asked');
  if (entry !== null) await store.audit.append(tenantOf(request), [{ ...entry, action }]);
}

function isView({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function tenantOf({ principal }: FastifyRequest): string | null {
  return principal?.tenantId ?? null;
}

function entryOf(request: FastifyRequest, outcome: string): AuditRecord | null {
  const { principal, routeOptions, params, id: requestId } = request;
  const { schema, config } = routeOptions;
  if (principal === null || config.audit === false || schema?.operationId === undefined) return null;
  const { kind: actorKind, id: actorId, name: actorName } = principal;
  const objectId = String((params as { id?: unknown } | undefined)?.id ?? '').slice(0, 64);
  const objectType = schema.tags?.[0] ?? '';
  return { actorKind, actorId, actorName, action: schema.operationId, objectType, objectId, outcome, requestId };
}
