import { GigascopeError } from '@gigascope/contracts';

/** A closed outline as x, y, x, y …, its first point not repeated. */
export type Ring = Int32Array;

/** Area by the shoelace formula, y down: positive for a shell (clockwise on the screen), negative for a hole. */
export function signedArea(ring: ArrayLike<number>): number {
  let twice = 0;
  let px = ring[ring.length - 2] as number;
  let py = ring[ring.length - 1] as number;
  for (let k = 0; k < ring.length; k += 2) {
    const x = ring[k] as number;
    const y = ring[k + 1] as number;
    twice += px * y - x * py;
    px = x;
    py = y;
  }
  return twice / 2;
}

/**
 * Cuts an outline that passes lattice points twice into outlines that pass each point once and touch there.
 *
 * Why? Two pixels of one region that touch by a corner enclose the background on one side of it. As one outline that would be
 * a ring touching itself, which GEOS, JTS (QuPath) and PostGIS call invalid; as a shell and a hole that touch in a point it is valid.
 */
export function splitAtPinches(ring: Ring): Ring[] {
  const open: number[] = [];
  const placeOf = new Map<number, number>();
  const loops: Ring[] = [];
  for (let k = 0; k < ring.length; k += 2) {
    const [x, y] = [ring[k] as number, ring[k + 1] as number];
    const key = y * 2 ** 26 + x;
    const place = placeOf.get(key);
    if (place !== undefined) {
      const loop = Int32Array.from(open.splice(place));
      for (let j = 2; j < loop.length; j += 2) placeOf.delete((loop[j + 1] as number) * 2 ** 26 + (loop[j] as number));
      loops.push(loop);
    }
    placeOf.set(key, open.length);
    open.push(x, y);
  }
  loops.push(Int32Array.from(open));
  return loops;
}

/** Puts the one shell first; the holes follow in the order given. Throws INTERNAL unless there is exactly one shell. */
export function shellFirst(rings: readonly Ring[]): Ring[] {
  const shells = rings.filter((ring) => signedArea(ring) > 0);
  if (shells.length !== 1) throw new GigascopeError('INTERNAL', `a region with ${shells.length} shells`);
  return [...shells, ...rings.filter((ring) => signedArea(ring) < 0)];
}
