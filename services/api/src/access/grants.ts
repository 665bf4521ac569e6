import { GigascopeError, type Grant, type Principal, permissionsOf } from '@gigascope/contracts';
import type { Store } from '@gigascope/store';

/**
 * The laboratory whose keys or users are meant: the caller's own, or for operators the one that they name.
 * @throws GigascopeError FORBIDDEN, or NOT_FOUND for a laboratory that does not exist.
 */
export async function tenantMeant(store: Store, principal: Principal, named?: string): Promise<string | null> {
  if (named === undefined || named === principal.tenantId) return principal.tenantId;
  if (principal.tenantId !== null || !principal.permissions.has('tenants:manage'))
    throw new GigascopeError('FORBIDDEN', 'it is another laboratory’s');
  if ((await store.tenants.get(named)) === null) throw new GigascopeError('NOT_FOUND', 'no such laboratory');
  return named;
}

/**
 * Nobody grants what they may not do themselves; but an operator, who sees no laboratory's data, opens laboratories.
 * @throws GigascopeError FORBIDDEN
 */
export function requireGrantable(principal: Principal, tenantId: string | null, grant: Grant): void {
  if (grant.roles.some((role) => (role === 'operator') !== (tenantId === null)))
    throw new GigascopeError('FORBIDDEN', 'operators belong to no laboratory, and all others to one');
  if (tenantId !== principal.tenantId) return;
  const beyond = [...permissionsOf(grant)].filter((permission) => !principal.permissions.has(permission));
  if (beyond.length > 0) throw new GigascopeError('FORBIDDEN', `you cannot grant ${beyond.join(', ')}`);
}
