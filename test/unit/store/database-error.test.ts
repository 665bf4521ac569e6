import { GigascopeError } from '@gigascope/contracts';
import { describe, expect, it } from 'vitest';
import { isConflict, toDatabaseError } from '../../../packages/store/src/database-error.ts';

const withCode = (code: string, message = 'text of the server') => Object.assign(new Error(message), { code });

describe('errors of Postgres', () => {
  it.each([
    ['08006', 'DATABASE_UNAVAILABLE'],
    ['57P01', 'DATABASE_UNAVAILABLE'],
    ['57P03', 'DATABASE_UNAVAILABLE'],
    ['53300', 'DATABASE_UNAVAILABLE'],
    ['ECONNREFUSED', 'DATABASE_UNAVAILABLE'],
    ['ECONNRESET', 'DATABASE_UNAVAILABLE'],
    ['53100', 'STORAGE_FULL'],
    ['53200', 'OUT_OF_MEMORY'],
    ['22P02', 'ARGUMENT_INVALID'],
    ['23505', 'INTERNAL'],
  ])('%s is %s', (code, expected) => {
    expect(toDatabaseError(withCode(code)).code).toBe(expected);
  });

  it('knows 3 lost connections by what pg says without a code', () => {
    const messages = [
      'Connection terminated unexpectedly',
      'timeout exceeded when trying to connect',
      'Client was closed and is not queryable',
    ];
    for (const message of messages) expect(toDatabaseError(new Error(message)).code).toBe('DATABASE_UNAVAILABLE');
    const refused = new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]);
    expect(toDatabaseError(refused)).toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryable: true });
  });

  it('tells of a broken constraint its state and no word of the row', () => {
    const error = toDatabaseError(withCode('23514', 'Failing row contains (Jane Doe)'));
    expect(error.message).toBe('Something unforeseen went wrong. (SQLSTATE 23514)');
  });

  it('keeps a GigascopeError as it is, and calls deadlocks conflicts', () => {
    const error = new GigascopeError('NOT_FOUND');
    expect(toDatabaseError(error)).toBe(error);
    expect([withCode('40P01'), withCode('40001'), withCode('23505'), 'x'].map(isConflict)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
