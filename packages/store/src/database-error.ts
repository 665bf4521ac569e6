import { type ErrorCode, GigascopeError, toGigascopeError } from '@gigascope/contracts';

/** SQLSTATE classes and codes (PostgreSQL 18, appendix A). */
const BY_STATE: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^08|^57P0|^53300$|^55006$/, 'DATABASE_UNAVAILABLE'],
  [/^53100$/, 'STORAGE_FULL'],
  [/^53200$/, 'OUT_OF_MEMORY'],
  [/^22(P02|P05|003|007|008|021)$/, 'ARGUMENT_INVALID'],
  // Raised by the triggers of migration 0009.
  [/^RV409$/, 'REVIEW_SIGNED'],
];
const LOST_SOCKET = /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)$/;
/** What pg says without a code. */
const LOST_CONNECTION =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|connection is closed|server closed the connection/i;

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

/** Says whether the whole transaction may be run again at once: a deadlock or a failed serialisation. */
export function isConflict(cause: unknown): boolean {
  return codeOf(cause) === '40P01' || codeOf(cause) === '40001';
}

/** Turns what pg threw into a GigascopeError: a lost connection is DATABASE_UNAVAILABLE, which is retryable. */
export function toDatabaseError(cause: unknown): GigascopeError {
  if (cause instanceof GigascopeError) return cause;
  if (cause instanceof AggregateError && cause.errors.some((each) => LOST_SOCKET.test(codeOf(each)))) {
    return new GigascopeError('DATABASE_UNAVAILABLE', undefined, { cause });
  }
  const code = codeOf(cause);
  const known = BY_STATE.find(([pattern]) => pattern.test(code))?.[1];
  if (known !== undefined) return new GigascopeError(known, undefined, { cause });
  if (LOST_SOCKET.test(code) || (cause instanceof Error && LOST_CONNECTION.test(cause.message))) {
    return new GigascopeError('DATABASE_UNAVAILABLE', undefined, { cause });
  }
  // A constraint's message can quote a row, and a row can hold a patient's name: only the state is told.
  if (/^[0-9A-Z]{5}$/.test(code)) return new GigascopeError('INTERNAL', `SQLSTATE ${code}`, { cause });
  return toGigascopeError(cause);
}
