import { GigascopeError, type Rect, type SlideLevel, type SlideMetadata } from '@gigascope/contracts';
import type { LevelRegion } from './slide-reader.ts';

/** Largest region one read may ask for: 2^27 pixels, 384 MiB as RGB. */
export const MAX_REGION_PX = 2 ** 27;

/** Returns the level that a region names, or throws LEVEL_OUT_OF_RANGE when level, numbers or size are not acceptable. */
export function checkRegion(metadata: SlideMetadata, region: LevelRegion): SlideLevel {
  const level = metadata.levels[region.level];
  if (level === undefined) {
    throw new GigascopeError('LEVEL_OUT_OF_RANGE', `level ${region.level} of ${metadata.levels.length}`);
  }
  const { x, y, width, height } = region;
  if (![x, y, width, height].every(Number.isSafeInteger)) {
    throw new GigascopeError('LEVEL_OUT_OF_RANGE', `${x},${y} ${width}×${height} is not in whole pixels`);
  }
  if (width < 1 || height < 1 || width * height > MAX_REGION_PX) {
    throw new GigascopeError(
      'LEVEL_OUT_OF_RANGE',
      `${width}×${height}: 1 to ${MAX_REGION_PX} pixels can be read at once`,
    );
  }
  return level;
}

/** Returns the part of a region that lies on its level, or null when none does. */
export function clipToLevel(region: Rect<'level'>, level: SlideLevel): Rect<'level'> | null {
  const x = Math.max(0, region.x);
  const y = Math.max(0, region.y);
  const width = Math.min(level.widthPx, region.x + region.width) - x;
  const height = Math.min(level.heightPx, region.y + region.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}
