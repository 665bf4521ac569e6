import type { RgbImage } from '@gigascope/contracts';
import { type LevelRegion, openSlide, type SlideReader } from '@gigascope/tiling';
import { openTiledJpeg } from '../../../../packages/tiling/src/tiled-jpeg/open-tiled-jpeg.ts';
import { TileSource } from '../../../../packages/tiling/src/tiled-jpeg/tile-source.ts';

/** Says what becomes of a slide: `taken`, or why its pixels are left to OpenSlide, or the code that it is refused with. */
export async function fateOf(path: string): Promise<string> {
  let openslide: SlideReader;
  try {
    openslide = await openSlide(path, { pixels: 'openslide' });
  } catch (error) {
    return codeOf(error);
  }
  const own = await openTiledJpeg(path, openslide);
  await ('refused' in own ? openslide : own)[Symbol.asyncDispose]();
  return 'refused' in own ? own.refused : 'taken';
}

/** Whether two readers answer a region alike: the same pixels, or the same error code. */
export async function sameAnswer(a: SlideReader, b: SlideReader, region: LevelRegion): Promise<boolean> {
  const [first, second] = [await answer(a, region), await answer(b, region)];
  if (typeof first === 'string' || typeof second === 'string') return first === second;
  return first.width === second.width && Buffer.compare(first.data, second.data) === 0;
}

async function answer(reader: SlideReader, region: LevelRegion): Promise<RgbImage | string> {
  return await reader.readRegion(region).catch(codeOf);
}

/** Lists the tiles of a slide, level by level, that the two readers of `openSlide` answer differently. */
export async function differences(path: string): Promise<string[]> {
  await using own = await openSlide(path);
  await using oracle = await openSlide(path, { pixels: 'openslide' });
  const found: string[] = [];
  for (const { index, widthPx, heightPx } of oracle.metadata.levels) {
    for (let y = 0; y < heightPx; y += STEP_PX) {
      for (let x = 0; x < widthPx; x += STEP_PX) {
        const size = { width: Math.min(STEP_PX, widthPx - x), height: Math.min(STEP_PX, heightPx - y) };
        if (!(await sameAnswer(own, oracle, { level: index, x, y, ...size }))) found.push(`${index}: ${x},${y}`);
      }
    }
  }
  return found;
}

const STEP_PX = 64;

/** Counts the tiles that our own reader decodes and those that it leaves to OpenSlide while `run` runs. */
export async function countTiles(run: () => Promise<unknown>): Promise<{ decoded: number; left: number }> {
  const counts = { decoded: 0, left: 0 };
  const { decode } = TileSource.prototype;
  TileSource.prototype.decode = function (...args) {
    const done = decode.apply(this, args);
    counts[done ? 'decoded' : 'left']++;
    return done;
  };
  try {
    await run();
  } finally {
    TileSource.prototype.decode = decode;
  }
  return counts;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
