import type { Point, SlideMetadata } from '@gigascope/contracts';

/**
 * Where coordinates count from: the corner of level 0, as OpenSlide gives it, or the corner of `openslide.bounds-*`, the
 * part of level 0 that was scanned. They differ for MIRAX and Leica SCN slides, which state bounds.
 */
export type Origin = 'l0' | 'bounds';

/** The origin's place in level-0 pixels; (0, 0) where the slide states no bounds. */
export function originL0({ boundsL0 }: Pick<SlideMetadata, 'boundsL0'>, origin: Origin): Point<'l0'> {
  return origin === 'bounds' && boundsL0 !== null ? { x: boundsL0.x, y: boundsL0.y } : { x: 0, y: 0 };
}
