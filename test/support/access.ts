import type { Permission, Role } from '@gigascope/contracts';
import { DEFAULT_TENANT_ID, mintKey, type Store } from '@gigascope/store';

export interface TestKey {
  readonly id: string;
  readonly key: string;
}

export interface TestGrant {
  readonly roles: readonly Role[];
  /** Default: the first laboratory, for an operator none. */
  readonly tenantId?: string | null;
  readonly only?: readonly Permission[];
  readonly expiresAt?: Date;
}

/** Enters a key without the API. */
export async function makeKey(store: Store, { roles, only, expiresAt, ...rest }: TestGrant): Promise<TestKey> {
  const { tenantId = roles.includes('operator') ? null : DEFAULT_TENANT_ID } = rest;
  const { key, hash, hint } = mintKey();
  const grant = { roles, phi: false, onlyPermissions: only ?? null, expiresAt: expiresAt ?? null };
  const row = await store.apiKeys.create(tenantId, { name: roles.join(' '), hash, hint, ...grant, createdBy: 'test' });
  return { id: row.id, key };
}

/** Asks one API with one key, or none; bodies go as JSON. */
export function asker(url: string, key?: string) {
  return (path: string, method = 'GET', body?: unknown): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}
