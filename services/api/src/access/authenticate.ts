import { PERMISSIONS, type Principal } from '@gigascope/contracts';
import { DEFAULT_TENANT_ID, type Store } from '@gigascope/store';
import type { FastifyRequest } from 'fastify';
import { principalOfKey } from './api-key.ts';

/** Finds for whom a request speaks; null when it brings nothing of this kind, or nothing valid. */
export type Authenticate = (request: FastifyRequest) => Promise<Principal | null>;

const BEARER = /^Bearer ([^\s]{1,8192})$/i;

/** The secret of `Authorization: Bearer …`. */
export function bearerOf({ headers }: FastifyRequest): string | null {
  return BEARER.exec(headers.authorization ?? '')?.[1] ?? null;
}

export function byApiKey(store: Store): Authenticate {
  return async (request) => {
    const secret = bearerOf(request);
    return secret === null ? null : principalOfKey(store, secret);
  };
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
