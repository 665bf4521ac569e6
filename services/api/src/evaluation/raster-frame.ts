import type { Rings } from '@gigascope/findings';
import type { Bounds } from './truth-shapes.ts';

/** A raster over a rectangle of the slide. */
export interface RasterFrame {
  readonly x0: number;
  readonly y0: number;
  /** Level-0 pixels per pixel. */
  readonly downsample: number;
  readonly width: number;
  readonly height: number;
}

/** The raster of `downsample` over a rectangle, or a coarser one that has no more than `mostPixels`. */
export function rasterFrame({ x0, y0, x1, y1 }: Bounds, downsample: number, mostPixels: number): RasterFrame {
  const sized = (factor: number): RasterFrame => ({
    ...{ x0, y0, downsample: factor },
    width: Math.max(1, Math.ceil((x1 - x0) / factor)),
    height: Math.max(1, Math.ceil((y1 - y0) / factor)),
  });
  const frame = sized(downsample);
  const pixels = frame.width * frame.height;
  if (pixels <= mostPixels) return frame;
  // A strip of one pixel's height shrinks with the factor, a square with its root; so step by step.
  return rasterFrame({ x0, y0, x1, y1 }, downsample * Math.max(1.01, Math.sqrt(pixels / mostPixels)), mostPixels);
}

/** An area in the raster's pixels. */
export function inFrame(rings: Rings, { x0, y0, downsample }: RasterFrame): Rings {
  return rings.map((ring) => ring.map(([x, y]) => [(x - x0) / downsample, (y - y0) / downsample] as const));
}
