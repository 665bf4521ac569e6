import type { Point, Rect } from '@gigascope/contracts';

/** A closed ring of level-0 points; the first is not repeated at the end. */
export type PolygonL0 = readonly Point<'l0'>[];

/** Finds the largest distance between two vertices, in pixels. */
export function longestDiameterPx(polygon: PolygonL0): number {
  const xs = Float64Array.from(polygon, (p) => p.x);
  const ys = Float64Array.from(polygon, (p) => p.y);
  let longest = 0;
  for (let i = 0; i < xs.length; i++) {
    for (let j = i + 1; j < xs.length; j++) {
      const dx = (xs[i] as number) - (xs[j] as number);
      const dy = (ys[i] as number) - (ys[j] as number);
      longest = Math.max(longest, dx * dx + dy * dy);
    }
  }
  return Math.sqrt(longest);
}

/** Area by the shoelace formula, in px². */
export function areaPx(polygon: PolygonL0): number {
  let twice = 0;
  for (const [index, a] of polygon.entries()) {
    const b = polygon[(index + 1) % polygon.length] as Point<'l0'>;
    twice += a.x * b.y - b.x * a.y;
  }
  return Math.abs(twice) / 2;
}

/** Cuts a polygon at the slide's border (Sutherland and Hodgman 1974). */
export function clipToSlide(polygon: PolygonL0, widthPx: number, heightPx: number): PolygonL0 {
  const sides: ((p: Point<'l0'>) => number)[] = [(p) => p.x, (p) => widthPx - p.x, (p) => p.y, (p) => heightPx - p.y];
  let ring = polygon;
  for (const inside of sides) {
    const next: Point<'l0'>[] = [];
    for (const [index, a] of ring.entries()) {
      const b = ring[(index + 1) % ring.length] as Point<'l0'>;
      const da = inside(a);
      const db = inside(b);
      if (da >= 0) next.push(a);
      if (da >= 0 !== db >= 0) {
        const t = da / (da - db);
        next.push({ x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) });
      }
    }
    ring = next;
  }
  return ring;
}

/**
 * Sets to 255 every pixel of `into` whose centre lies in the polygon (even-odd rule).
 * `rect` is in pixels of a level whose pixels are `downsample` level-0 pixels wide; into.length = rect.width · rect.height.
 */
export function fillPolygon(
  polygon: PolygonL0,
  rect: Rect<'level'>,
  downsample: number,
  into: Uint8Array<ArrayBuffer>,
): void {
  const crossings: number[] = [];
  for (let row = 0; row < rect.height; row++) {
    const y = (rect.y + row + 0.5) * downsample;
    crossings.length = 0;
    let a = polygon[polygon.length - 1];
    if (a === undefined) return;
    for (const b of polygon) {
      if (a.y > y !== b.y > y) crossings.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
      a = b;
    }
    crossings.sort((p, q) => p - q);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      // First and last pixel whose centre (x + 0.5) · downsample lies between the two crossings.
      const first = Math.ceil((crossings[k] as number) / downsample - 0.5) - rect.x;
      const last = Math.ceil((crossings[k + 1] as number) / downsample - 0.5) - 1 - rect.x;
      const from = Math.max(0, first);
      const to = Math.min(rect.width - 1, last);
      if (from <= to) into.fill(255, row * rect.width + from, row * rect.width + to + 1);
    }
  }
}
