import { join } from 'node:path';
import { createConstantSlide } from '@gigascope/phantom';
import { expect, it, vi } from 'vitest';
import { ReaderPool } from '../../../services/api/src/readers/reader-pool.ts';
import { temporaryFolder } from '../../support/fixtures.ts';

// What children inherit is settled when the pool's module is loaded.
vi.hoisted(() => {
  process.env['NODE_OPTIONS'] = `--import ${new URL('../../support/poison-tile-preload.ts', import.meta.url)}`;
});

it('of 4 tiles asked for at once fails only the one that ends its process, and so again once the process is fresh', async () => {
  await using work = await temporaryFolder();
  const path = join(work.path, 'slide.svs');
  await createConstantSlide({ out: path, widthPx: 900, heightPx: 700, rgb: [190, 120, 170], format: 'aperio' });
  await using pool = new ReaderPool({ size: 1, timeoutMs: 60_000, maxWaiting: 4, maxMemoryBytes: 2 ** 30 });
  const tile = (col: number) => pool.call('tile', { path, tileSizePx: 254, overlapPx: 1, dzLevel: 10, col, row: 0 });
  for (const order of [
    [0, 1, 2, 3],
    [1, 3, 2, 0],
  ]) {
    const asked = order.map(tile);
    expect(pool.waiting).toBe(0);
    const outcomes = (await Promise.allSettled(asked)).map(({ status }) => status);
    expect(outcomes).toEqual(order.map((col) => (col === 1 ? 'rejected' : 'fulfilled')));
    await expect(asked[order.indexOf(1)]).rejects.toMatchObject({ code: 'NATIVE_CRASH' });
  }
});
