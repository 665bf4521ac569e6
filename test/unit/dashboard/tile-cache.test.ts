import { describe, expect, it } from 'vitest';
import { TileCache, type TileKey } from '../../../services/dashboard/src/viewer/tile-cache.ts';

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a cache of tiles', () => {
  it('fetches 4 at a time, each once, and those that left the view before their turn never', async () => {
    const asked: TileKey[] = [];
    const waiting: (() => void)[] = [];
    const cache = new TileCache<string>({
      load: (key) => {
        asked.push(key);
        return new Promise((resolve) => waiting.push(() => resolve(key)));
      },
      onChange: () => {},
    });
    cache.want(['0/0_0', '0/1_0', '0/2_0', '0/3_0', '0/4_0', '0/5_0']);
    cache.want(['0/0_0', '0/6_0']);
    expect(asked).toHaveLength(4);
    for (const done of waiting) done();
    await settle();
    for (const done of waiting) done();
    await settle();
    expect(asked).toEqual(['0/0_0', '0/1_0', '0/2_0', '0/3_0', '0/6_0']);
    expect(cache.get('0/6_0')).toBe('0/6_0');
    expect(cache.waiting).toBe(false);
  });

  it('tells a tile that could not be fetched, and fetches it again when asked to', async () => {
    let fails = true;
    const cache = new TileCache<string>({
      load: async (key) => {
        if (fails) throw new Error('gone');
        return key;
      },
      onChange: () => {},
    });
    cache.want(['0/0_0']);
    await settle();
    expect(cache.error?.message).toBe('gone');
    expect(cache.waiting).toBe(false);
    fails = false;
    cache.retry();
    await settle();
    expect(cache.error).toBe(null);
    expect(cache.get('0/0_0')).toBe('0/0_0');
  });

  it('keeps 2 tiles beyond those in view, the longest unused go first', async () => {
    const cache = new TileCache<string>({ load: async (key) => key, onChange: () => {}, kept: 2 });
    for (const key of ['0/0_0', '0/1_0', '0/2_0', '0/3_0', '0/4_0'] as const) {
      cache.want([key]);
      await settle();
    }
    cache.want(['0/4_0']);
    expect([cache.get('0/0_0'), cache.get('0/1_0')]).toEqual([undefined, undefined]);
    expect([cache.get('0/2_0'), cache.get('0/4_0')]).toEqual(['0/2_0', '0/4_0']);
  });
});
