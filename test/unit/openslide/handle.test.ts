import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SlideHandle } from '../../../packages/openslide/src/handle.ts';
import { loadLibrary } from '../../../packages/openslide/src/library-file.ts';
import { bind } from '../../../packages/openslide/src/native.ts';
import { TEST_LIBRARIES } from './config.ts';
import { errorOf } from './error-of.ts';
import { writeTinySlide } from './tiny-slide.ts';

const folder = mkdtempSync(join(tmpdir(), 'openslide-handle-'));
const slideFile = join(folder, 'tiny.tif');
beforeAll(() => writeTinySlide(slideFile, 'jpeg'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(TEST_LIBRARIES)('the owner of a native slide in the library %s', (file) => {
  const native = bind(loadLibrary(file));

  /** The real library, with the calls of `openslide_close` counted. libopenslide holds no file open between reads. */
  function openCounted(): { handle: SlideHandle; closedCount: () => number } {
    let count = 0;
    const close = Object.assign(
      (pointer: bigint): void => {
        count += 1;
        native.core.close(pointer);
      },
      { async: native.core.close.async },
    );
    const pointer = native.core.open(slideFile);
    if (pointer === null) throw new Error('the tiny slide did not open');
    const counted = { ...native, core: { ...native.core, close } };
    return { handle: new SlideHandle(counted, slideFile, pointer), closedCount: () => count };
  }

  it('frees the slide exactly once for 2 closes', () => {
    const { handle, closedCount } = openCounted();
    expect(closedCount()).toBe(0);
    handle.close();
    handle.close();
    expect(closedCount()).toBe(1);
    expect(errorOf(() => handle.call('openslide_get_level_count', native.core.getLevelCount)).code).toBe('CLOSED');
  });

  it('frees the slide once, after the last of 100 reads in flight', async () => {
    const { handle, closedCount } = openCounted();
    const frees: number[] = [];
    const reads = Array.from({ length: 100 }, async () => {
      const pixels = new Uint8Array(4 * 64 * 64);
      await handle.callAsync('openslide_read_region', native.core.readRegion, pixels, 0, 0, 0, 64, 64);
      frees.push(closedCount());
    });
    handle.close();
    expect(closedCount()).toBe(0);
    await Promise.all(reads);
    await handle.freed;
    expect(frees.slice(0, 99)).toEqual(Array(99).fill(0));
    expect(closedCount()).toBe(1);
  });
});
