import { cloudNoise, smoothstep } from '../noise.ts';
import { BODY_EXTENT_PX, type Body, bodyDistancePx, isTubule } from './bodies.ts';
import type { BucketIndex } from './bucket-index.ts';
import type { Capillary } from './capillary.ts';
import { type Core, coreDepthPx } from './core.ts';
import type { RenalStyle } from './renal-style.ts';
import { c4dPx } from './units.ts';

/** What decides which structure lies where. */
export interface Anatomy {
  readonly seed: number;
  readonly style: RenalStyle;
  readonly cores: readonly Core[];
  readonly bodies: BucketIndex<Body>;
  readonly capillaryIndex: BucketIndex<Capillary>;
}

const WARP_WAVE_PX = c4dPx(85);
const WARP_PX = c4dPx(7);
/** No point is warped farther. */
export const WARP_REACH_PX = 2 * WARP_PX;
/** Tubules swell this far beyond their thrown size where there is room. */
export const SWELL_PX = c4dPx(9);
/** Rounds off the corners at which three tubules meet. */
const CORNER_PX = c4dPx(11);
/** Tubules keep this much away from a capillary's outline. */
const CAPILLARY_GAP_PX = c4dPx(1.1);
/** Deeper than this all is lumen, tuft or vessel: a neighbour no longer shapes what is drawn. */
export const INFLUENCE_PX = c4dPx(27);

/** Depth below the surface of the nearest core, in pixels; negative on glass. */
export function tissueDepthPx(cores: readonly Core[], x: number, y: number): number {
  let depth = -1e5;
  for (const core of cores) {
    const { bounds } = core;
    const far = c4dPx(60);
    if (x < bounds.x0 - far || x > bounds.x1 + far || y < bounds.y0 - far || y > bounds.y1 + far) continue;
    depth = Math.max(depth, coreDepthPx(core, x, y));
  }
  return depth;
}

/** Bodies are laid out in warped coordinates, so that none is a perfect circle. */
export function warpX(seed: number, x: number, y: number): number {
  return x + WARP_PX * cloudNoise(seed + 31, x / WARP_WAVE_PX, y / WARP_WAVE_PX);
}

export function warpY(seed: number, x: number, y: number): number {
  return y + WARP_PX * cloudNoise(seed + 32, x / WARP_WAVE_PX, y / WARP_WAVE_PX);
}

/** Half the width of the interstitium between two tubules: narrow, or wide where there is oedema. */
export function halfGapPx(anatomy: Anatomy, x: number, y: number): number {
  const { seed, style } = anatomy;
  const oedema = smoothstep(0.1, 0.7, cloudNoise(seed + 33, x / c4dPx(420), y / c4dPx(420)) + style.oedema - 0.35);
  const fine = cloudNoise(seed + 34, x / c4dPx(60), y / c4dPx(60));
  return Math.max(c4dPx(0.5), c4dPx(1.1) + c4dPx(0.7) * fine + c4dPx(7) * oedema * style.oedema);
}

/** 0 … 1: how densely lymphocytes lie in the interstitium. */
export function infiltrate(anatomy: Anatomy, x: number, y: number): number {
  const { seed, style } = anatomy;
  const cloud = cloudNoise(seed + 35, x / c4dPx(260), y / c4dPx(260));
  const least = 0.9 - 1.3 * style.inflammation;
  return style.inflammation * smoothstep(least, least + 0.35, cloud);
}

/** The bodies around a point, by distance to their surfaces. Reused between calls. */
export interface BodyPoint {
  nearest: Body | null;
  second: Body | null;
  d1: number;
  d2: number;
  d3: number;
}

export function emptyBodyPoint(): BodyPoint {
  return { nearest: null, second: null, d1: 1e6, d2: 1e6, d3: 1e6 };
}

/** Measures the three nearest of `bodies` from a warped point. */
export function measureBodies(bodies: readonly Body[], x: number, y: number, out: BodyPoint): BodyPoint {
  out.nearest = null;
  out.second = null;
  out.d1 = out.d2 = out.d3 = 1e6;
  for (const body of bodies) {
    const d = bodyDistancePx(body, x, y);
    if (d < out.d1) {
      out.d3 = out.d2;
      out.d2 = out.d1;
      out.d1 = d;
      out.second = out.nearest;
      out.nearest = body;
    } else if (d < out.d2) {
      out.d3 = out.d2;
      out.d2 = d;
      out.second = body;
    } else if (d < out.d3) out.d3 = d;
  }
  return out;
}

/** A minimum without a crease: exact where the two differ by `k` or more. */
function smoothMin(a: number, b: number, k: number): number {
  const h = k - Math.abs(a - b);
  return h <= 0 ? Math.min(a, b) : Math.min(a, b) - (h * h) / (4 * k);
}

/**
 * Depth below the surface of the nearest body in pixels, negative in the interstitium. Tubules share the room between
 * them as an additively weighted Voronoi diagram does and give way to capillaries; glomeruli and vessels keep their size.
 */
export function bodyDepthPx(point: BodyPoint, halfGap: number, capillaryPx: number): number {
  const { nearest } = point;
  if (nearest === null) return -1e4;
  if (!isTubule(nearest)) return -point.d1;
  const second = (point.d2 - point.d1) / 2;
  const third = (point.d3 - point.d1) / 2;
  const shared = smoothMin(smoothMin(second, third, CORNER_PX) - halfGap, SWELL_PX - point.d1, CORNER_PX / 2);
  return smoothMin(shared, capillaryPx - CAPILLARY_GAP_PX, CORNER_PX / 2);
}

/** Distance to the ellipse around a capillary in pixels, about (its first-order estimate); negative inside. */
export function capillaryDistancePx(capillary: Capillary, x: number, y: number): number {
  const dx = x - capillary.xL0;
  const dy = y - capillary.yL0;
  const u = (dx * capillary.cos + dy * capillary.sin) / capillary.longPx;
  const v = (dy * capillary.cos - dx * capillary.sin) / capillary.shortPx;
  const k0 = Math.sqrt(u * u + v * v);
  if (k0 < 0.05) return -capillary.shortPx;
  const k1 = Math.sqrt((u / capillary.longPx) ** 2 + (v / capillary.shortPx) ** 2);
  return (k0 * (k0 - 1)) / k1;
}

/** Distance to the nearest of some capillaries. */
export function nearestCapillaryPx(capillaries: readonly Capillary[], x: number, y: number): number {
  let nearest = 1e6;
  for (const capillary of capillaries) nearest = Math.min(nearest, capillaryDistancePx(capillary, x, y));
  return nearest;
}

/** The bodies that can matter around a level-0 point or rectangle. */
export function bodiesNear(
  anatomy: Pick<Anatomy, 'bodies'>,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): readonly Body[] {
  const reach = BODY_EXTENT_PX + WARP_REACH_PX + INFLUENCE_PX;
  return anatomy.bodies.near(x0 - reach, y0 - reach, x1 + reach, y1 + reach);
}

export function capillariesNear(
  anatomy: Anatomy,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): readonly Capillary[] {
  const reach = c4dPx(80);
  return anatomy.capillaryIndex.near(x0 - reach, y0 - reach, x1 + reach, y1 + reach);
}

/** What lies at one point. */
export interface AnatomyPoint extends BodyPoint {
  tissuePx: number;
  depthPx: number;
  capillaryPx: number;
}

/** Works out what lies at a level-0 point: a pure function of anatomy and point. */
export function anatomyAt(anatomy: Anatomy, x: number, y: number): AnatomyPoint {
  const tissuePx = tissueDepthPx(anatomy.cores, x, y);
  const point = emptyBodyPoint();
  if (tissuePx < -40) return { ...point, tissuePx, depthPx: -1e4, capillaryPx: 1e6 };
  const wx = warpX(anatomy.seed, x, y);
  const wy = warpY(anatomy.seed, x, y);
  measureBodies(bodiesNear(anatomy, x, y, x, y), wx, wy, point);
  const capillaryPx = nearestCapillaryPx(capillariesNear(anatomy, x, y, x, y), x, y);
  return { ...point, tissuePx, depthPx: bodyDepthPx(point, halfGapPx(anatomy, x, y), capillaryPx), capillaryPx };
}
