import { pathDistance } from '../artefact-painting.ts';
import { type Bounds, boundsOf, stroke } from '../artefacts.ts';
import type { RandomStream } from '../hash.ts';
import { cloudNoise } from '../noise.ts';
import { c4dPx } from './units.ts';

/** One piece of tissue: all that lies within a width of a bent path. A needle core is long, a chunk short and wide. */
export interface Core {
  /** x, y, x, y … in steps of equal length. */
  readonly path: readonly number[];
  readonly halfWidthPx: number;
  readonly seed: number;
  readonly bounds: Bounds;
}

const EDGE_WAVE_PX = c4dPx(170);
/** How far noise moves a core's edge at most. */
export const EDGE_REACH_PX = c4dPx(40);

/** Depth below a core's edge in pixels, about; negative outside. */
export function coreDepthPx(core: Core, x: number, y: number): number {
  const { distance } = pathDistance(core.path, x, y);
  const slack = core.halfWidthPx - distance;
  // Far from the edge its waves do not matter.
  if (Math.abs(slack) > 4 * EDGE_REACH_PX) return slack;
  const amplitude = Math.min(EDGE_REACH_PX, 0.14 * core.halfWidthPx) * 0.6;
  return (
    slack +
    amplitude * cloudNoise(core.seed, x / EDGE_WAVE_PX, y / EDGE_WAVE_PX) +
    0.3 * amplitude * cloudNoise(core.seed + 1, (5 * x) / EDGE_WAVE_PX, (5 * y) / EDGE_WAVE_PX)
  );
}

/** Lays as many cores side by side as suit the slide: biopsy needles cut 0.6 … 0.9 mm of width. */
export function layCores(widthPx: number, heightPx: number, random: RandomStream): readonly Core[] {
  const lying = widthPx >= heightPx;
  const longer = Math.max(widthPx, heightPx);
  const shorter = Math.min(widthPx, heightPx);
  const count = Math.max(1, Math.round(shorter / c4dPx(1300)));
  const lane = shorter / count;
  return Array.from({ length: count }, (_, k) => {
    const chunk = random.chance(0.2);
    const halfWidthPx = Math.min(c4dPx(chunk ? random.between(420, 560) : random.between(300, 440)), 0.38 * lane);
    const from = Math.max(random.between(0.02, 0.09) * longer, 0.4 * halfWidthPx);
    const lengthPx = (longer - from) * (chunk ? random.between(0.45, 0.65) : random.between(0.86, 0.95)) - halfWidthPx;
    const across = (k + 0.5 + random.between(-0.05, 0.05)) * lane;
    const bend = random.between(-0.25, 0.25);
    const along = from + 0.5 * halfWidthPx;
    const drawn = stroke(0, 0, 0, Math.max(48, lengthPx), bend, random);
    // The bend must not carry the far end out of its lane.
    const drift = ((drawn.at(-1) ?? 0) / 2) * 1;
    const path = drawn.flatMap((value, i) => {
      if (i % 2 === 1) return [];
      const u = along + value;
      const v = across + (drawn[i + 1] as number) - drift;
      return lying ? [u, v] : [v, u];
    });
    return { path, halfWidthPx, seed: random.seed(), bounds: boundsOf(path, halfWidthPx + EDGE_REACH_PX) };
  });
}
