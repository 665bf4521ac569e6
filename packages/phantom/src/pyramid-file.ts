import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { GigascopeError } from '@gigascope/contracts';
import { type PyramidLevel, pyramidLevels, type StoredTile, TiffPyramidWriter } from '@gigascope/tiff';
import sharp from 'sharp';
import { type RgbTile, tileCount, walkPyramid } from './pyramid.ts';

const deflateBytes = promisify(deflate);

/** `generic`: a plain pyramidal TIFF; `aperio`: one that is read as an Aperio slide, with its MPP and AppMag. */
export type SlideFormat = 'generic' | 'aperio';

export interface PyramidFileOptions {
  readonly path: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tileSizePx: number;
  readonly format: SlideFormat;
  /** µm per level-0 pixel, a whole number of nanometres. */
  readonly mpp: number;
  readonly title: string;
  /** Called after each stored tile. */
  readonly onTile: () => void;
  readonly signal: AbortSignal | undefined;
}

const QUALITY = 85;
const SOFTWARE = 'Gigascope phantom';
/** JPEG of this quality stays under a byte a pixel even on noise; a third on top for the smaller levels. */
const LARGEST_CLASSIC_PX = 2.8e9;
/** Tiles being encoded at once: sharp's threads work while the next tile is drawn. */
const ENCODING_AT_ONCE = 6;

/** How many tiles a slide of this size is stored in, its pyramid included. */
export function pyramidTileCount(widthPx: number, heightPx: number, tileSizePx: number): number {
  return tileCount(pyramidLevels(widthPx, heightPx, tileSizePx), tileSizePx);
}

/** As an exact fraction: 0.243 µm per pixel is 10 000 000 / 243 pixels per centimetre. */
function pixelsPerCm(mpp: number): { readonly numerator: number; readonly denominator: number } {
  return { numerator: 10_000_000, denominator: Math.round(mpp * 1000) };
}

function aperioDescription(options: PyramidFileOptions, levels: readonly PyramidLevel[], level: number): string {
  const { widthPx: width, heightPx: height } = options;
  const size = levels[level] as PyramidLevel;
  const tile = `(${options.tileSizePx}x${options.tileSizePx}) JPEG/YCC Q=${QUALITY}`;
  const scaled = level === 0 ? '' : ` -> ${size.widthPx}x${size.heightPx}`;
  const facts = `|AppMag = 40|MPP = ${options.mpp.toFixed(4)}|OriginalWidth = ${width}|OriginalHeight = ${height}`;
  return `Aperio Image Library (${SOFTWARE})\r\n${width}x${height} [0,0 ${width}x${height}] ${tile}${scaled}${facts}|Title = ${options.title}`;
}

/** Stops the work once the caller wants it. */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new GigascopeError('CANCELED');
}

/** Writes a slide whose level-0 tiles come from `drawTile`; memory does not grow with its size. */
export async function writeSlidePyramid(
  options: PyramidFileOptions,
  drawTile: (column: number, row: number) => RgbTile,
): Promise<void> {
  const { tileSizePx, format } = options;
  const levels = pyramidLevels(options.widthPx, options.heightPx, tileSizePx);
  await using writer = await TiffPyramidWriter.create(options.path, {
    levels,
    tileSizePx,
    encoding: 'jpeg-420',
    pixelsPerCm: pixelsPerCm(options.mpp),
    describe: (level) =>
      format === 'aperio' ? aperioDescription(options, levels, level) : level === 0 ? options.title : null,
    software: SOFTWARE,
    bigTiff: options.widthPx * options.heightPx > LARGEST_CLASSIC_PX,
  });
  const waiting: (() => Promise<void>)[] = [];
  const stored = new Map<string, StoredTile>();
  const requested = new Set<string>();
  await walkPyramid({
    levels,
    tileSizePx,
    drawTile,
    emit: async (level, column, row, tile) => {
      throwIfStopped(options.signal);
      const key = tile.key;
      if (key !== null && requested.has(key)) {
        waiting.push(async () => writer.shareTile(level, column, row, stored.get(key) as StoredTile));
      } else {
        if (key !== null) requested.add(key);
        const encoded = encodeJpeg(tile, tileSizePx);
        // A failure is met when its turn comes; until then it must not count as unhandled.
        encoded.catch(() => undefined);
        waiting.push(async () => {
          const at = await writer.appendTile(level, column, row, await encoded);
          if (key !== null) stored.set(key, at);
        });
      }
      // First in, first out: the order of tiles in the file does not depend on which encoder was quicker.
      while (waiting.length > ENCODING_AT_ONCE) {
        await waiting.shift()?.();
        options.onTile();
      }
    },
  });
  for (const store of waiting) {
    await store();
    options.onTile();
  }
  await writer.finish();
}

function encodeJpeg(tile: RgbTile, tileSizePx: number): Promise<Buffer> {
  const raw = { width: tileSizePx, height: tileSizePx, channels: 3 as const };
  return sharp(tile.data, { raw }).jpeg({ quality: QUALITY, chromaSubsampling: '4:2:0' }).toBuffer();
}

/**
 * Writes an 8-bit grey pyramid whose tile of any level comes from `maskTile` (0 or 255; null: all zero).
 * Each level is asked for anew, so it stays 0/255 instead of being averaged.
 */
export async function writeMaskPyramid(
  options: Omit<PyramidFileOptions, 'format'>,
  maskTile: (level: number, column: number, row: number) => Uint8Array<ArrayBuffer> | null,
): Promise<void> {
  const { tileSizePx } = options;
  const levels = pyramidLevels(options.widthPx, options.heightPx, tileSizePx);
  await using writer = await TiffPyramidWriter.create(options.path, {
    levels,
    tileSizePx,
    encoding: 'grey-deflate',
    pixelsPerCm: pixelsPerCm(options.mpp),
    describe: (level) => (level === 0 ? options.title : null),
    software: SOFTWARE,
    bigTiff: options.widthPx * options.heightPx > LARGEST_CLASSIC_PX,
  });
  let empty: StoredTile | null = null;
  for (const [level, size] of levels.entries()) {
    for (let row = 0; row * tileSizePx < size.heightPx; row++) {
      for (let column = 0; column * tileSizePx < size.widthPx; column++) {
        throwIfStopped(options.signal);
        const mask = maskTile(level, column, row);
        if (mask !== null) {
          await writer.appendTile(level, column, row, await deflateBytes(mask));
        } else if (empty === null) {
          empty = await writer.appendTile(
            level,
            column,
            row,
            await deflateBytes(new Uint8Array(tileSizePx * tileSizePx)),
          );
        } else writer.shareTile(level, column, row, empty);
        options.onTile();
      }
    }
  }
  await writer.finish();
}
