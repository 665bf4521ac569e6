import { GigascopeError } from '@gigascope/contracts';

const ONE_RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * The bytes that a Range header asks for, half-open; null where the whole is to be sent: no header, another unit, or several
 * ranges, which a server may ignore (RFC 9110 section 14.2). Throws RANGE_UNSATISFIABLE.
 */
export function byteRange(header: string | undefined, sizeBytes: number): { start: number; end: number } | null {
  const [, first, last] = ONE_RANGE.exec(header?.replaceAll(' ', '') ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return null;
  if (first === '') return ending(Number(last), sizeBytes);
  const start = Number(first);
  const end = last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
  if (last !== '' && Number(last) < start) return null;
  if (start >= sizeBytes) throw new GigascopeError('RANGE_UNSATISFIABLE', `it has ${sizeBytes}`);
  return { start, end };
}

/** The last so many bytes. */
function ending(lengthBytes: number, sizeBytes: number): { start: number; end: number } {
  if (lengthBytes === 0) throw new GigascopeError('RANGE_UNSATISFIABLE', `it has ${sizeBytes}`);
  return { start: Math.max(0, sizeBytes - lengthBytes), end: sizeBytes };
}
