import { createMemoryReader, type SlideReader } from '@gigascope/tiling';
import { describe, expect, it } from 'vitest';
import { OpenSlides } from '../../../services/reader/src/open-slides.ts';

const image = { width: 2, height: 2, data: new Uint8Array(12) };

function counted() {
  const log = { opened: [] as string[], closed: [] as string[] };
  const open = async (path: string): Promise<SlideReader> => {
    if (path.startsWith('broken')) throw new Error(path);
    log.opened.push(path);
    const reader = createMemoryReader({ levels: [{ image, downsample: 1 }], mpp: null });
    return Object.assign(Object.create(reader) as SlideReader, {
      [Symbol.asyncDispose]: async () => void log.closed.push(path),
    });
  };
  return { log, open };
}

describe('slides kept open', () => {
  it('opens a slide once for 3 uses', async () => {
    const { log, open } = counted();
    await using slides = new OpenSlides(open, 8);
    for (let i = 0; i < 3; i++) await slides.with('a', async () => {});
    expect(log).toEqual({ opened: ['a'], closed: [] });
  });

  it('closes the one not used for the longest time when a third comes to a place for 2', async () => {
    const { log, open } = counted();
    await using slides = new OpenSlides(open, 2);
    for (const path of ['a', 'b', 'a', 'c']) await slides.with(path, async () => {});
    expect(log).toEqual({ opened: ['a', 'b', 'c'], closed: ['b'] });
  });

  it('closes a slide in use only after its last use', async () => {
    const { log, open } = counted();
    await using slides = new OpenSlides(open, 1);
    const gate = Promise.withResolvers<void>();
    const first = slides.with('a', () => gate.promise);
    const second = slides.with('a', () => gate.promise);
    await slides.with('b', async () => {});
    expect(log.closed).toEqual([]);
    gate.resolve();
    await Promise.all([first, second]);
    expect(log.closed).toEqual(['a']);
  });

  it('keeps nothing of a slide that does not open, and opens it anew when asked again', async () => {
    const { log, open } = counted();
    await using slides = new OpenSlides(open, 2);
    await slides.with('a', async () => {});
    await expect(slides.with('broken', async () => {})).rejects.toThrow('broken');
    await expect(slides.with('broken', async () => {})).rejects.toThrow('broken');
    await slides.with('b', async () => {});
    expect(log).toEqual({ opened: ['a', 'b'], closed: [] });
  });

  it('closes all at the end', async () => {
    const { log, open } = counted();
    const slides = new OpenSlides(open, 8);
    for (const path of ['a', 'b']) await slides.with(path, async () => {});
    await slides[Symbol.asyncDispose]();
    expect(log.closed).toEqual(['a', 'b']);
  });
});
