/** What the cortex is packed with. Arterioles are the small vessels at glomeruli; arteries and veins are large. */
export type BodyKind = 'proximal' | 'distal' | 'glomerulus' | 'artery' | 'arteriole' | 'vein';

/** A tubule, glomerulus or vessel: everything within `radiusPx` of a segment, in warped level-0 pixels. */
export interface Body {
  readonly kind: BodyKind;
  /** The segment's middle. */
  readonly xL0: number;
  readonly yL0: number;
  /** Half the segment, from its middle to its end. */
  readonly halfX: number;
  readonly halfY: number;
  readonly halfLengthPx: number;
  readonly radiusPx: number;
  readonly seed: number;
}

/** No body's surface lies farther than this from its middle. */
export const BODY_EXTENT_PX = 620;

export function isTubule(body: Body): boolean {
  return body.kind === 'proximal' || body.kind === 'distal';
}

/** How far a point lies along a body's segment: −1 … 1. */
export function placeAlong(body: Body, x: number, y: number): number {
  if (body.halfLengthPx === 0) return 0;
  const t = ((x - body.xL0) * body.halfX + (y - body.yL0) * body.halfY) / body.halfLengthPx ** 2;
  return Math.max(-1, Math.min(1, t));
}

/** Distance from a point to a body's surface in pixels; negative inside. */
export function bodyDistancePx(body: Body, x: number, y: number): number {
  const t = placeAlong(body, x, y);
  const dx = x - body.xL0 - t * body.halfX;
  const dy = y - body.yL0 - t * body.halfY;
  return Math.sqrt(dx * dx + dy * dy) - body.radiusPx;
}
