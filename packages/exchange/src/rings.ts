/** Twice the area that a ring encloses; positive where it turns clockwise on the screen, whose y points down. */
export function doubleArea(ring: readonly number[]): number {
  let sum = 0;
  for (let k = 0, last = ring.length - 2; k < ring.length; last = k, k += 2) {
    sum += at(ring, last) * at(ring, k + 1) - at(ring, k) * at(ring, last + 1);
  }
  return sum;
}

/** A ring's points. */
export function pointsOf(ring: readonly number[]): [x: number, y: number][] {
  return Array.from({ length: ring.length / 2 }, (_, k) => [at(ring, 2 * k), at(ring, 2 * k + 1)]);
}

export function bounds(ring: readonly number[]): { x0: number; y0: number; x1: number; y1: number } {
  let [x0, y0, x1, y1] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -Infinity, -Infinity];
  for (const [x, y] of pointsOf(ring)) {
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  }
  return { x0, y0, x1, y1 };
}

/** The corners of a box as a ring whose doubled area is positive. */
export function boxRing({ x0, y0, x1, y1 }: { x0: number; y0: number; x1: number; y1: number }): readonly number[] {
  return [x0, y0, x1, y0, x1, y1, x0, y1];
}

function at(ring: readonly number[], k: number): number {
  return ring[k] ?? 0;
}
