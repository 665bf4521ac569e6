/** The frame a coordinate is given in: level-0 pixels, one level's pixels, pixels at the model's spacing, pixels of one patch, heatmap cells. */
export type Frame = 'l0' | 'level' | 'target' | 'patch' | 'heat';

declare const frame: unique symbol;

/** A point whose frame is part of its type, so that level-0 and heatmap coordinates cannot be mixed. Origin top-left. */
export interface Point<F extends Frame> {
  readonly x: number;
  readonly y: number;
  readonly [frame]?: F;
}

/** A half-open rectangle [x, x + width) × [y, y + height) in frame F. */
export interface Rect<F extends Frame> extends Point<F> {
  readonly width: number;
  readonly height: number;
}

export interface Size<F extends Frame> {
  readonly width: number;
  readonly height: number;
  readonly [frame]?: F;
}

/** Interleaved 8-bit RGB, row-major: data.length = width · height · 3. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Row-major raster of one byte per pixel; masks hold 0 or 1 unless the name says 0/255. */
export interface ByteRaster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Side in target pixels of the square that holds the patches of k × k neighbouring cells. */
export function squareSidePx(
  { patchSizePx, stridePx }: { readonly patchSizePx: number; readonly stridePx: number },
  k: number,
): number {
  return patchSizePx + (k - 1) * stridePx;
}
