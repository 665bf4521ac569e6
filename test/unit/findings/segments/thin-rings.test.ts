import type { Segment } from '@gigascope/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaOf, discs, masks, picture, trace } from './masks.ts';

interface Side {
  readonly ring: number;
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

const corners = (segments: readonly Segment[]): number =>
  segments.flatMap(({ rings }) => rings).reduce((sum, ring) => sum + ring.length / 2, 0);

describe('thinned outlines', () => {
  it('leaves 4 corners of a staircase of 20 steps, within 1 µm, and all of a single pixel', () => {
    const stairs = picture(...Array.from({ length: 20 }, (_, y) => '#'.repeat(y + 1).padEnd(20, '.')));
    expect(corners(trace(stairs))).toBe(42);
    expect(corners(trace(stairs, { simplifyUm: 1 }))).toBeLessThanOrEqual(5);
    expect(trace(picture('...', '.#.', '...'), { simplifyUm: 1 })[0]?.rings).toEqual([[1, 2, 1, 1, 2, 1, 2, 2]]);
  });

  it('reads the tolerance in µm: 1 µm at 0.25 µm a pixel thins as 4 px do', () => {
    const stairs = picture(...Array.from({ length: 20 }, (_, y) => '#'.repeat(y + 1).padEnd(20, '.')));
    expect(corners(trace(stairs, { simplifyUm: 0.1, mpp: 0.25 }))).toBe(42);
    expect(corners(trace(stairs, { simplifyUm: 0.25, mpp: 0.25 }))).toBeLessThanOrEqual(5);
  });

  it.each([
    ['noise', masks, 0.8],
    ['noise', masks, 3],
    ['discs with holes', discs, 1],
    ['discs with holes', discs, 6],
  ])('stays valid on %s and moves no corner by more than the tolerance (%#)', (_what, arbitrary, tolerance) => {
    fc.assert(
      fc.property(arbitrary, (mask) => {
        const exact = trace(mask);
        const thinned = trace(mask, { simplifyUm: tolerance });
        expect(thinned).toHaveLength(exact.length);
        thinned.forEach((segment, k) => {
          expectValid(segment);
          expectNear(exact[k] as Segment, segment, tolerance);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('saves at least half of the corners of discs at 1 px', () => {
    const [mask] = fc.sample(discs, { seed: 7, numRuns: 1 });
    if (mask === undefined) throw new Error('no sample');
    expect(corners(trace(mask, { simplifyUm: 1 }))).toBeLessThan(corners(trace(mask)) / 2);
  });

  it('takes a comb of 6,000 teeth, on which the recursion would be as deep, and keeps every tooth', () => {
    const comb = picture('#.'.repeat(6_000), '#.'.repeat(6_000), '#.'.repeat(6_000), '#'.repeat(12_000));
    const [segment] = trace(comb, { simplifyUm: 1 });
    expect((segment?.rings[0]?.length ?? 0) / 2).toBeGreaterThan(12_000);
  });
});

function sidesOf({ rings }: Segment): Side[] {
  return rings.flatMap((points, ring) =>
    Array.from({ length: points.length / 2 }, (_, k): Side => {
      const at = (j: number) =>
        [points[(2 * j) % points.length] as number, points[(2 * j + 1) % points.length] as number] as const;
      return { ring, a: at(k), b: at(k + 1) };
    }),
  );
}

const cross = (o: readonly number[], p: readonly number[], q: readonly number[]): number =>
  ((p[0] as number) - (o[0] as number)) * ((q[1] as number) - (o[1] as number)) -
  ((p[1] as number) - (o[1] as number)) * ((q[0] as number) - (o[0] as number));

/**
 * No two sides cross, and none lies on another; rings pass a point once; the area of the polygon by even-odd on a fine grid equals
 * shell less holes, which it would not if rings crossed where they touch, or a hole lay outside.
 */
function expectValid(segment: Segment): void {
  const sides = sidesOf(segment);
  sides.forEach((e, i) => {
    for (const f of sides.slice(i + 1)) {
      const [fa, fb, ea, eb] = [cross(e.a, e.b, f.a), cross(e.a, e.b, f.b), cross(f.a, f.b, e.a), cross(f.a, f.b, e.b)];
      expect(fa * fb < 0 && ea * eb < 0).toBe(false);
      if (fa === 0 && fb === 0) expect(overlapOnOneLine(e, f)).toBe(false);
    }
  });
  segment.rings.forEach((ring, k) => {
    const points = new Set(Array.from({ length: ring.length / 2 }, (_, j) => `${ring[2 * j]} ${ring[2 * j + 1]}`));
    expect(points.size).toBe(ring.length / 2);
    expect(Math.sign(areaOf(ring))).toBe(k === 0 ? 1 : -1);
  });
  expect(evenOddArea(segment)).toBeCloseTo(
    segment.rings.reduce((sum, ring) => sum + areaOf(ring), 0),
    6,
  );
}

function overlapOnOneLine(e: Side, f: Side): boolean {
  const axis = e.a[0] === e.b[0] ? 1 : 0;
  const low = Math.max(Math.min(e.a[axis], e.b[axis]), Math.min(f.a[axis], f.b[axis]));
  const high = Math.min(Math.max(e.a[axis], e.b[axis]), Math.max(f.a[axis], f.b[axis]));
  return low < high;
}

/** Exact: between two corners' heights all sides are straight, so the widths at the middle of a band give its area. */
function evenOddArea(segment: Segment): number {
  const sides = sidesOf(segment);
  const heights = [...new Set(sides.flatMap(({ a, b }) => [a[1], b[1]]))].sort((p, q) => p - q);
  let area = 0;
  heights.slice(1).forEach((bottom, k) => {
    const top = heights[k] as number;
    const y = (top + bottom) / 2;
    const xs = sides
      .filter(({ a, b }) => a[1] > y !== b[1] > y)
      .map(({ a, b }) => a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]))
      .sort((p, q) => p - q);
    for (let j = 0; j < xs.length; j += 2) area += ((xs[j + 1] as number) - (xs[j] as number)) * (bottom - top);
  });
  return area;
}

function expectNear(exact: Segment, thinned: Segment, tolerance: number): void {
  const sides = sidesOf(thinned);
  for (const { a } of sidesOf(exact)) {
    const nearest = Math.min(...sides.map((side) => distance(a, side)));
    expect(nearest).toBeLessThanOrEqual(tolerance + 1e-9);
  }
}

function distance([x, y]: readonly [number, number], { a, b }: Side): number {
  const [ux, uy] = [b[0] - a[0], b[1] - a[1]];
  const t = Math.max(0, Math.min(1, ((x - a[0]) * ux + (y - a[1]) * uy) / (ux * ux + uy * uy)));
  return Math.hypot(x - a[0] - t * ux, y - a[1] - t * uy);
}
