import { GigascopeError, MAX_NATIVE_TILES, type NativeTiles } from '@gigascope/contracts';
import { statedColours } from '@gigascope/jpeg-stream';
import type { LevelRegion, SlideReader } from '../slide-reader.ts';
import type { JpegLevel } from './jpeg-level.ts';
import { TiledJpegReader } from './tiled-jpeg-reader.ts';

/** Says where the tiles of a slide lie in its file, all levels or none: only of slides that our own reader decodes. */
export function nativeTiles(reader: SlideReader): NativeTiles {
  const levels = reader instanceof TiledJpegReader ? reader.levels : [];
  const tiles = levels.reduce((sum, { offsets }) => sum + offsets.length, 0);
  return { levels: tiles > MAX_NATIVE_TILES ? [] : levels.map(nativeLevel) };
}

/** The part of its level that a tile shows; LEVEL_OUT_OF_RANGE when there is no such tile. */
export function nativeTileRegion(reader: SlideReader, level: number, col: number, row: number): LevelRegion {
  const found = nativeTiles(reader).levels[level];
  if (found === undefined || !(col < found.columns && row < found.rows))
    throw new GigascopeError('LEVEL_OUT_OF_RANGE', `no native tile ${level}/${col}_${row}`);
  const { widthPx, heightPx, tileWidthPx, tileHeightPx } = found;
  const [x, y] = [col * tileWidthPx, row * tileHeightPx];
  return { level, x, y, width: Math.min(tileWidthPx, widthPx - x), height: Math.min(tileHeightPx, heightPx - y) };
}

function nativeLevel({ colourSpace, prefix, ...level }: JpegLevel): NativeTiles['levels'][number] {
  return { ...level, rows: level.offsets.length / level.columns, prefix: statedColours(prefix, colourSpace) };
}
