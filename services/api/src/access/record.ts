import type { Principal } from '@gigascope/contracts';
import type { Store } from '@gigascope/store';
import type { FastifyRequest } from 'fastify';

export interface Act {
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
}

/** Enters into a laboratory's audit what registerAudit does not see: signing in, and what operators do to a laboratory. */
export async function record(
  store: Store,
  { id: requestId }: FastifyRequest,
  principal: Principal,
  { tenantId = principal.tenantId, ...act }: Act & { readonly tenantId?: string | null },
): Promise<void> {
  const { kind: actorKind, id: actorId, name: actorName } = principal;
  await store.audit.append(tenantId, [{ actorKind, actorId, actorName, ...act, outcome: 'asked', requestId }]);
}
