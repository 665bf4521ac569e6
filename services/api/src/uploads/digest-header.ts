import { GigascopeError } from '@gigascope/contracts';

const SHA256_BYTES = 32;
/** RFC 9530: `Repr-Digest: sha-256=:<base64>:`, a dictionary of which the other members are passed over. */
const REPR_DIGEST = /(?:^|,)\s*sha-256=:([^:]*):/i;
/** RFC 3230, older: `Digest: SHA-256=<base64>`. */
const DIGEST = /(?:^|,)\s*sha-256=([^:,;\s]+)/i;

/**
 * Reads the SHA-256 that the sender states for the file, as 64 hexadecimal digits; null when it states none.
 * @throws GigascopeError ARGUMENT_INVALID when a digest is there that is no SHA-256, so that none is silently ignored.
 */
export function expectedSha256(headers: Readonly<Record<string, string | string[] | undefined>>): string | null {
  const repr = headers['repr-digest'] ?? headers['content-digest'];
  const stated = repr ?? headers['digest'];
  if (stated === undefined) return null;
  const base64 = (repr === undefined ? DIGEST : REPR_DIGEST).exec(String(stated))?.[1] ?? '';
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== SHA256_BYTES || bytes.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, '')) {
    throw new GigascopeError('ARGUMENT_INVALID', 'the digest is not sha-256 in base64: Repr-Digest: sha-256=:…:');
  }
  return bytes.toString('hex');
}
