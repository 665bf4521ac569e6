import type { Principal } from '@gigascope/contracts';
import type { Store } from '@gigascope/store';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Known, PrincipalCache } from '../../../services/api/src/access/principal-cache.ts';

let tell: (id: string | null) => void;
let cache: PrincipalCache;
beforeEach(() => {
  const accessChanges = {
    subscribe: (heard: typeof tell) => {
      tell = heard;
      return { [Symbol.dispose]: () => {} };
    },
  };
  cache = new PrincipalCache({ accessChanges } as unknown as Store);
});

function known(id: string, rest: Partial<Known> = {}): Known {
  const principal: Principal = { kind: 'key', id, name: id, tenantId: null, permissions: new Set() };
  return { principal, until: null, session: null, ...rest };
}

describe('whom a secret speaks for', () => {
  test('is looked up once, by the SHA-256 of the secret', async () => {
    const find = vi.fn(async () => known('a'));
    for (let i = 0; i < 3; i++) expect((await cache.of('secret', find))?.principal.id).toBe('a');
    expect(find).toHaveBeenCalledTimes(1);
    expect(find.mock.calls).toEqual([[expect.objectContaining({ length: 32 })]]);
  });

  test('is looked up again once it was told of: a key, a session, or that anything may have changed', async () => {
    const find = vi.fn(async () => known('key', { session: { id: 'session', csrfToken: '' } }));
    for (const [id, calls] of [
      ['somebody else', 1],
      ['key', 2],
      ['session', 3],
      [null, 4],
    ] as const) {
      await cache.of('secret', find);
      tell(id);
      await cache.of('secret', find);
      expect([id, find.mock.calls.length]).toEqual([id, calls]);
    }
  });

  test('is not remembered when it was revoked while it was looked up', async () => {
    const stale = vi.fn(async () => {
      tell('a');
      return known('a');
    });
    await cache.of('secret', stale);
    const fresh = vi.fn(async () => null);
    expect(await cache.of('secret', fresh)).toBeNull();
    expect(fresh).toHaveBeenCalledTimes(1);
  });

  test('is looked up once for 3 who ask at once, but again for who asks after it was revoked meanwhile', async () => {
    const { promise, resolve } = Promise.withResolvers<Known | null>();
    const find = vi.fn(() => promise);
    const early = Array.from({ length: 3 }, () => cache.of('secret', find));
    tell('a');
    const fresh = vi.fn(async () => null);
    const late = cache.of('secret', fresh);
    resolve(known('a'));
    expect((await Promise.all(early)).map((found) => found?.principal.id)).toEqual(['a', 'a', 'a']);
    expect(find).toHaveBeenCalledTimes(1);
    expect(await late).toBeNull();
    expect(await cache.of('secret', fresh)).toBeNull();
  });

  test('is not remembered when it is nobody, or already over', async () => {
    const nobody = vi.fn(async () => null);
    const over = vi.fn(async () => known('a', { until: new Date(Date.now() - 1) }));
    for (let i = 0; i < 2; i++) {
      await cache.of('nobody', nobody);
      await cache.of('over', over);
    }
    expect([nobody, over].map(({ mock }) => mock.calls.length)).toEqual([2, 2]);
  });

  test('is remembered of the last 10,000 secrets only', async () => {
    const find = vi.fn(async () => known('a'));
    for (let i = 0; i <= 10_000; i++) await cache.of(String(i), find);
    await cache.of('10000', find);
    expect(find).toHaveBeenCalledTimes(10_001);
    await cache.of('0', find);
    expect(find).toHaveBeenCalledTimes(10_002);
  });
});
