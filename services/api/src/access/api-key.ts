import { createHash, randomBytes } from 'node:crypto';
import { type Principal, permissionsOf } from '@gigascope/contracts';
import type { ApiKeyRow, Store } from '@gigascope/store';

/** So that a key is known as one where it should not be: in a repository, in a log. */
const PREFIX = 'gsk_';
const KEY = /^gsk_[A-Za-z0-9_-]{43}$/;
const HINT_LENGTH = 4;

export interface MintedKey {
  /** To be shown once. */
  readonly key: string;
  readonly hash: Buffer;
  readonly hint: string;
}

export function mintKey(): MintedKey {
  const key = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  return { key, hash: hashOf(key), hint: key.slice(-HINT_LENGTH) };
}

/** Whom a key speaks for; null when it is no key of ours or no longer valid. */
export async function principalOfKey(store: Store, key: string): Promise<Principal | null> {
  if (!KEY.test(key)) return null;
  const row = await store.apiKeys.find(hashOf(key));
  return row === null ? null : principalOfRow(row);
}

export function principalOfRow({ id, name, tenantId, roles, phi, onlyPermissions: only }: ApiKeyRow): Principal {
  return { kind: 'key', id, name, tenantId, permissions: permissionsOf({ roles, phi, only }) };
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
