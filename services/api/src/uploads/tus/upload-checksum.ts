import { GigascopeError } from '@gigascope/contracts';
import type { PieceChecksum } from '@gigascope/store';

/** Bytes of a digest by the algorithm's name in the tus protocol. */
const DIGEST_BYTES = { sha256: 32, sha1: 20, md5: 16 } as const satisfies Record<PieceChecksum['algorithm'], number>;

/** As OPTIONS tells them. */
export const CHECKSUM_ALGORITHMS = Object.keys(DIGEST_BYTES).join(',');

/**
 * Reads tus's `Upload-Checksum: <algorithm> <base64>`; undefined when there is none.
 * @throws GigascopeError ARGUMENT_INVALID when it is no checksum or of another algorithm, so that none is silently ignored.
 */
export function uploadChecksum(header: string | undefined): PieceChecksum | undefined {
  if (header === undefined) return undefined;
  const [algorithm = '', base64 = '', ...rest] = header.split(' ');
  const digest = Buffer.from(base64, 'base64');
  if (
    !isKnown(algorithm) ||
    rest.length > 0 ||
    digest.toString('base64') !== base64 ||
    digest.length !== DIGEST_BYTES[algorithm]
  )
    throw new GigascopeError(
      'ARGUMENT_INVALID',
      `Upload-Checksum: one of ${CHECKSUM_ALGORITHMS}, and the digest in base64`,
    );
  return { algorithm, digest };
}

function isKnown(algorithm: string): algorithm is PieceChecksum['algorithm'] {
  return Object.hasOwn(DIGEST_BYTES, algorithm);
}
