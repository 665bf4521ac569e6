import { OpenSlideError } from './error.ts';

/** A size in pixels. */
export interface SizePx {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** One level of the pyramid; level 0 has the highest resolution. */
export interface Level extends SizePx {
  /** Level-0 pixels per pixel of this level; may be fractional. */
  readonly downsample: number;
}

/** A rectangle to read: its origin in level-0 pixels, its size in pixels of `level`. */
export interface RegionRequest extends SizePx {
  /** Left edge in level-0 pixels; may lie outside the slide. */
  readonly xL0: number;
  /** Top edge in level-0 pixels; may lie outside the slide. */
  readonly yL0: number;
  readonly level: number;
}

/** Pixels as libopenslide makes them. */
export interface PixelImage extends SizePx {
  /** Premultiplied BGRA (little-endian ARGB32), rows from the top, `widthPx * 4` bytes a row. */
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** Throws ARGUMENT_INVALID for what libopenslide would answer with transparent pixels, an overflow or silence. */
export function validateRegion(region: RegionRequest, levelCount: number, functionName: string): void {
  const { xL0, yL0, level, widthPx, heightPx } = region;
  assertInteger('xL0', xL0, -Number.MAX_SAFE_INTEGER, functionName);
  assertInteger('yL0', yL0, -Number.MAX_SAFE_INTEGER, functionName);
  assertInteger('widthPx', widthPx, 0, functionName);
  assertInteger('heightPx', heightPx, 0, functionName);
  assertInteger('level', level, 0, functionName);
  if (level >= levelCount) {
    const message = `level is ${level}, but the slide has ${levelCount}: 0 to ${levelCount - 1}`;
    throw new OpenSlideError('ARGUMENT_INVALID', functionName, message);
  }
}

/** Throws NATIVE_ERROR for a size in the file that no image has. */
export function sizeFromNative(width: number | bigint, height: number | bigint, functionName: string): SizePx {
  const size = { widthPx: Number(width), heightPx: Number(height) };
  if (!isPositiveInteger(size.widthPx) || !isPositiveInteger(size.heightPx)) {
    throw new OpenSlideError('NATIVE_ERROR', functionName, `the file states a size of ${width} × ${height}`);
  }
  return size;
}

function assertInteger(name: string, value: number, minimum: number, functionName: string): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  const kind = minimum === 0 ? 'a safe integer of at least 0' : 'a safe integer';
  throw new OpenSlideError('ARGUMENT_INVALID', functionName, `${name} must be ${kind}, not ${String(value)}`);
}

function isPositiveInteger(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
