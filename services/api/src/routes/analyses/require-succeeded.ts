import { GigascopeError } from '@gigascope/contracts';
import type { Store } from '@gigascope/store';
import { found } from '../responses.ts';

/**
 * Asks for something that only an analysis that succeeded has.
 * @throws GigascopeError NOT_FOUND when there is no such analysis, RESULT_NOT_READY when it has not succeeded.
 */
export async function requireSucceeded<T>(
  store: Store,
  tenantId: string,
  id: string,
  ask: () => Promise<T | null>,
): Promise<T> {
  const value = await ask();
  if (value !== null) return value;
  const { state } = found(await store.analyses.get(tenantId, id), 'analysis');
  if (state === 'succeeded') throw new GigascopeError('NOT_FOUND', 'the analysis left no such file');
  throw new GigascopeError('RESULT_NOT_READY', state);
}
