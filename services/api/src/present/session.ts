import type { Principal } from '@gigascope/contracts';
import type { Session } from '@gigascope/contracts/http';
import type { Context } from '../context.ts';

export async function presentSession(
  { store, access, provider }: Context,
  principal: Principal | null,
  csrfToken: string | null,
): Promise<Session> {
  const tenantId = principal?.tenantId ?? null;
  const tenant = tenantId === null ? null : await store.tenants.get(tenantId);
  const byProvider = provider !== null && provider.settings.client !== null;
  return {
    access,
    principal: principal && { kind: principal.kind, id: principal.id, name: principal.name },
    permissions: [...(principal?.permissions ?? [])],
    laboratory: tenant && { id: tenant.id, name: tenant.name },
    csrfToken,
    signIn: access === 'open' ? [] : ['key', ...(byProvider ? (['provider'] as const) : [])],
  };
}
