import { join } from 'node:path';
import { createConstantSlide } from '@gigascope/phantom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReaderPool } from '../../../services/api/src/readers/reader-pool.ts';
import { temporaryFolder } from '../../support/fixtures.ts';

const OPTIONS = { size: 1, timeoutMs: 60_000, maxWaiting: 4, maxMemoryBytes: 2 ** 30 };

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let path: string;
beforeAll(async () => {
  work = await temporaryFolder();
  path = join(work.path, 'slide.svs');
  await createConstantSlide({ out: path, widthPx: 900, heightPx: 700, rgb: [190, 120, 170], format: 'aperio' });
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

const tile = () => ({ path, tileSizePx: 254, overlapPx: 1, dzLevel: 10, col: 0, row: 0 });

describe('a pool of reader processes', () => {
  it('ends a process that holds more than 20 MB, twice, and then answers NATIVE_CRASH', async () => {
    await using pool = new ReaderPool({ ...OPTIONS, maxMemoryBytes: 20_000_000 });
    await expect(pool.call('tile', tile())).rejects.toMatchObject({ code: 'NATIVE_CRASH' });
  });

  it('ends a process that takes longer than 1 ms, once, since the same slide would again', async () => {
    await using pool = new ReaderPool({ ...OPTIONS, timeoutMs: 1 });
    await expect(pool.call('tile', tile())).rejects.toMatchObject({ code: 'NATIVE_CRASH' });
    expect(pool.pids).toEqual([]);
  });

  it('gives up the request that waits when its signal aborts, and leaves no process behind at the end', async () => {
    const pool = new ReaderPool(OPTIONS);
    const first = pool.call('tile', tile());
    const abort = new AbortController();
    const second = pool.call('tile', tile(), abort.signal);
    expect(pool.waiting).toBe(1);
    abort.abort();
    await expect(second).rejects.toMatchObject({ code: 'CANCELED' });
    expect(pool.waiting).toBe(0);
    expect(await first).toMatchObject({ image: { width: 255, height: 255 } });
    const [pid = 0] = pool.pids;
    await pool[Symbol.asyncDispose]();
    expect(() => process.kill(pid, 0)).toThrow();
    await expect(pool.call('tile', tile())).rejects.toMatchObject({ code: 'CANCELED' });
  });

  it('refuses the 6th request while 1 runs and 4 wait', async () => {
    await using pool = new ReaderPool(OPTIONS);
    const taken = Array.from({ length: 5 }, () => pool.call('tile', tile()));
    await expect(pool.call('tile', tile())).rejects.toMatchObject({ code: 'BUSY' });
    expect(await Promise.all(taken)).toHaveLength(5);
  });
});
