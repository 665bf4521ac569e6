import { randomUUID } from 'node:crypto';
import type { Store } from '@gigascope/store';

/** Enters into the audit what was done to a key without the API. */
export async function recordAct(store: Store, tenantId: string | null, action: string, keyId: string): Promise<void> {
  const actor = { actorKind: 'command', actorId: 'gigascope keys', actorName: 'command line' };
  const object = { objectType: 'keys', objectId: keyId };
  await store.audit.append(tenantId, [{ ...actor, action, ...object, outcome: 'asked', requestId: randomUUID() }]);
}
