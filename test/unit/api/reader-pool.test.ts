import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
    const second = pool.call('probe', { path, thumbnailSidePx: 100 }, abort.signal);
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
    const taken = Array.from({ length: 5 }, () => pool.call('probe', { path, thumbnailSidePx: 100 }));
    await expect(pool.call('tile', tile())).rejects.toMatchObject({ code: 'BUSY' });
    expect(await Promise.all(taken)).toHaveLength(5);
  });

  it('asks for 4 tiles of one slide at once, and answers them and the others in order', async () => {
    await using pool = new ReaderPool(OPTIONS);
    const answered: string[] = [];
    const ask = async (name: string, of: string): Promise<void> => {
      await pool.call('tile', { ...tile(), path: of });
      answered.push(name);
    };
    const other = join(work.path, 'other.svs');
    await copyFile(path, other);
    const asked = ['a', 'b', 'c', 'd'].map((name) => ask(name, path));
    expect(pool.waiting).toBe(0);
    // Neither joins: the one is of another slide, and the other would overtake it.
    asked.push(ask('e', other), ask('f', path));
    expect(pool.waiting).toBe(2);
    await Promise.all(asked);
    expect(answered).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('a process that is killed under 4 tiles is not noticed', async () => {
    await using pool = new ReaderPool(OPTIONS);
    await pool.call('tile', tile());
    const [pid = 0] = pool.pids;
    process.kill(pid, 'SIGSTOP');
    const asked = Array.from({ length: 4 }, () => pool.call('tile', tile()));
    expect(pool.waiting).toBe(0);
    // Once they are on their way.
    await sleep(50);
    process.kill(pid, 'SIGKILL');
    for (const answer of await Promise.all(asked)) expect(answer).toMatchObject({ image: { width: 255, height: 255 } });
    expect(pool.pids).not.toContain(pid);
  });
});
