import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Rect } from '@gigascope/contracts';
import { toGigascopeError } from '@gigascope/contracts';
import { GLASS_PERIOD_PX } from './develop.ts';
import type { RgbTile } from './pyramid.ts';
import { pyramidTileCount, type SlideFormat, writeMaskPyramid, writeSlidePyramid } from './pyramid-file.ts';

/** Where the files of a phantom go and how its painting is watched. */
export interface PhantomFileOptions {
  readonly format?: SlideFormat;
  /** NAME.tif or NAME.svs; NAME.mask.tif and NAME.truth.geojson are written beside it. */
  readonly out: string;
  readonly tileSizePx?: 256 | 512;
  /** Told after each stored tile of slide and mask. */
  readonly onProgress?: (tilesDone: number, tilesTotal: number) => void;
  readonly signal?: AbortSignal;
}

/** What the files of one phantom hold. */
export interface PhantomContent {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mpp: number;
  readonly title: string;
  /** Level-0 pixels of a rectangle, interleaved RGB. */
  readonly draw: (rect: Rect<'l0'>) => Uint8Array<ArrayBuffer>;
  /** Whether nothing but glass lies in a rectangle. */
  readonly isBareGlass: (rect: Rect<'l0'>) => boolean;
  /** Truth of a rectangle of a level that is `downsample` times smaller: 0 or 255; null where all is 0. */
  readonly mask: (rect: Rect<'level'>, downsample: number) => Uint8Array<ArrayBuffer> | null;
  readonly geoJson: string;
}

export interface PhantomPaths {
  readonly slidePath: string;
  readonly maskPath: string;
  readonly geoJsonPath: string;
}

/** Names the files that belong to a phantom slide. */
export function phantomPaths(out: string): PhantomPaths {
  const stem = join(dirname(out), basename(out, extname(out)));
  return { slidePath: out, maskPath: `${stem}.mask.tif`, geoJsonPath: `${stem}.truth.geojson` };
}

/**
 * Writes slide, mask pyramid and truth. Memory does not depend on the slide's size. All three files appear at the end or
 * none does. Errors: STORAGE_FULL, FILE_NOT_FOUND (no such folder), CANCELED (by `signal`).
 */
export async function paintPhantomFiles(content: PhantomContent, options: PhantomFileOptions): Promise<PhantomPaths> {
  const { widthPx, heightPx, mpp, title } = content;
  const tileSizePx = options.tileSizePx ?? 512;
  const paths = phantomPaths(options.out);
  const part = (path: string) => `${path}.part-${process.pid}`;
  const tilesTotal = 2 * pyramidTileCount(widthPx, heightPx, tileSizePx);
  let tilesDone = 0;
  const onTile = () => {
    tilesDone += 1;
    options.onProgress?.(tilesDone, tilesTotal);
  };
  const shared = { widthPx, heightPx, mpp, tileSizePx, onTile, signal: options.signal, title };
  try {
    const maskTile = (level: number, column: number, row: number) =>
      content.mask({ x: column * tileSizePx, y: row * tileSizePx, width: tileSizePx, height: tileSizePx }, 2 ** level);
    await writeMaskPyramid({ ...shared, path: part(paths.maskPath) }, maskTile);
    await writeSlidePyramid(
      { ...shared, path: part(paths.slidePath), format: options.format ?? 'generic' },
      tilePainter(content, tileSizePx),
    );
    await writeFile(part(paths.geoJsonPath), content.geoJson, { flag: 'wx' });
    for (const path of [paths.maskPath, paths.geoJsonPath, paths.slidePath]) await rename(part(path), path);
  } catch (cause) {
    throw toGigascopeError(cause);
  } finally {
    for (const path of Object.values(paths)) await rm(part(path), { force: true });
  }
  return paths;
}

/** Draws level-0 tiles; bare glass only once, since its noise repeats with the tiles. */
function tilePainter(content: PhantomContent, tileSizePx: number): (column: number, row: number) => RgbTile {
  if (tileSizePx % GLASS_PERIOD_PX !== 0) throw new RangeError('Tiles must be a multiple of the glass texture');
  let glass: RgbTile | null = null;
  return (column, row) => {
    const rect = { x: column * tileSizePx, y: row * tileSizePx, width: tileSizePx, height: tileSizePx };
    if (!content.isBareGlass(rect)) return { key: null, data: content.draw(rect) };
    glass ??= { key: 'glass', data: content.draw(rect) };
    return glass;
  };
}
