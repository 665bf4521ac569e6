import { PERMISSIONS, type Principal, permissionsOf } from '@gigascope/contracts';
import { type ApiKeyRow, DEFAULT_TENANT_ID, isApiKey, type Store } from '@gigascope/store';
import type { FastifyRequest } from 'fastify';
import type { PrincipalCache } from './principal-cache.ts';

/** Finds for whom a request speaks; null when it brings nothing of this kind, or nothing valid. */
export type Authenticate = (request: FastifyRequest) => Promise<Principal | null>;

const BEARER = /^Bearer ([^\s]{1,8192})$/i;

/** The secret of `Authorization: Bearer …`. */
export function bearerOf({ headers }: FastifyRequest): string | null {
  return BEARER.exec(headers.authorization ?? '')?.[1] ?? null;
}

export function byApiKey(store: Store, principals: PrincipalCache): Authenticate {
  return async (request) => {
    const secret = bearerOf(request);
    if (secret === null || !isApiKey(secret)) return null;
    const known = await principals.of(secret, async (hash) => {
      const row = await store.apiKeys.find(hash);
      return row && { principal: principalOfKey(row), until: row.expiresAt, session: null };
    });
    return known?.principal ?? null;
  };
}

export function principalOfKey({ id, name, tenantId, roles, phi, onlyPermissions: only }: ApiKeyRow): Principal {
  return { kind: 'key', id, name, tenantId, permissions: permissionsOf({ roles, phi, only }) };
}

const ANYONE: Principal = {
  kind: 'anyone',
  id: 'anyone',
  name: 'anyone on this machine',
  tenantId: DEFAULT_TENANT_ID,
  permissions: new Set(PERMISSIONS),
};

/** One laboratory on one machine, without keys: whoever reaches the API speaks for it. */
export const anyone: Authenticate = async () => ANYONE;
