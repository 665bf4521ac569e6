import { GigascopeError } from '@gigascope/contracts';

/** A runtime's error as one of ours: OUT_OF_MEMORY where it says so, else `otherwise`. */
export function nativeError(cause: unknown, otherwise: 'INTERNAL' | 'MODEL_HASH_MISMATCH'): GigascopeError {
  if (cause instanceof GigascopeError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const memory = /bad_alloc|failed to allocate|allocation failed|out of memory|enlarge memory/i.test(message);
  return new GigascopeError(memory ? 'OUT_OF_MEMORY' : otherwise, message, { cause });
}
