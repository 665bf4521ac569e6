import { hash, randomBytes } from 'node:crypto';

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
  return { key, hash: hashSecret(key), hint: key.slice(-HINT_LENGTH) };
}

/** Says whether a text has the form of a key. */
export function isApiKey(text: string): boolean {
  return KEY.test(text);
}

/** SHA-256, which is enough for what nobody can guess. */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}
