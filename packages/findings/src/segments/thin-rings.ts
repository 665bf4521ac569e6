import simplify from 'simplify-js';
import { EdgeSet, type ThinnedRing } from './edge-set.ts';
import { type Ring, signedArea } from './rings.ts';

/**
 * Corners per piece that Douglas and Peucker's recursion sees at once: it is as deep, and as many times slower than linear, as a
 * hostile outline makes it, so a long ring is cut in pieces whose ends stay.
 */
const PIECE_CORNERS = 1024;
/** Rounds of repair, after which the exact outline is taken. */
const MAX_REPAIRS = 16;

/**
 * Leaves out corners of one polygon's rings (shell first) that lie within `tolerancePx` of what stays (Douglas and Peucker 1973),
 * so that the polygon stays valid: sides that would cross or touch another, in the frame of `placed`, get their corners back, and
 * so does a ring that would collapse. Returns the corners of `placed` that stay, ring by ring.
 *
 * `rings` are in mask pixels; `placed` are the same corners where they will be stored, in whole numbers.
 */
export function thinRings(rings: readonly Ring[], placed: readonly Float64Array[], tolerancePx: number): number[][] {
  const thinned = rings.map((ring, k): ThinnedRing => {
    const points = placed[k] as Float64Array;
    const kept = tolerancePx > 0 ? keptCorners(ring, tolerancePx) : allCorners(ring);
    const whole = signedArea(keptPoints({ points, kept })) * signedArea(points) > 0;
    return { points, kept: whole ? kept : allCorners(ring) };
  });
  if (thinned.some(({ kept }) => kept.includes(0))) repair(thinned);
  return thinned.map(keptPoints);
}

function repair(rings: readonly ThinnedRing[]): void {
  for (let round = 0; round < MAX_REPAIRS; round++) {
    const edges = new EdgeSet(rings);
    const conflicts = edges.conflicts();
    if (conflicts.length === 0 && edges.holesLieInside()) return;
    if (conflicts.length === 0) break;
    for (const { ring, from, to } of conflicts) {
      const { kept } = rings[ring] as ThinnedRing;
      for (let k = (from + 1) % kept.length; k !== to; k = (k + 1) % kept.length) kept[k] = 1;
    }
  }
  for (const { kept } of rings) kept.fill(1);
}

function keptCorners(ring: Ring, tolerancePx: number): Uint8Array {
  const corners = Array.from({ length: ring.length / 2 }, (_, index) => ({
    x: ring[2 * index] as number,
    y: ring[2 * index + 1] as number,
    index,
  }));
  const kept = new Uint8Array(corners.length);
  const ends = pieceEnds(corners);
  ends.forEach((from, k) => {
    const to = ends[k + 1] ?? (ends[0] as number) + corners.length;
    const piece = [...corners.slice(from, to + 1), ...corners.slice(0, Math.max(0, to + 1 - corners.length))];
    const staying = new Set<object>(simplify(piece, tolerancePx, true));
    for (const corner of piece) if (staying.has(corner)) kept[corner.index] = 1;
  });
  return kept;
}

/** Corners at which a ring is cut: the top left one, the one farthest from it, and one at least every PIECE_CORNERS. */
function pieceEnds(corners: readonly { readonly x: number; readonly y: number }[]): number[] {
  const first = extreme(corners, (a, b) => a.y < b.y || (a.y === b.y && a.x < b.x));
  const { x, y } = corners[first] as { x: number; y: number };
  const far = extreme(corners, (a, b) => Math.hypot(a.x - x, a.y - y) > Math.hypot(b.x - x, b.y - y));
  const ends = new Set([first, far]);
  for (let k = first % PIECE_CORNERS; k < corners.length; k += PIECE_CORNERS) ends.add(k);
  return [...ends].sort((a, b) => a - b);
}

function extreme<T>(list: readonly T[], isBetter: (a: T, b: T) => boolean): number {
  let best = 0;
  list.forEach((item, k) => {
    if (isBetter(item, list[best] as T)) best = k;
  });
  return best;
}

function allCorners(ring: Ring): Uint8Array {
  return new Uint8Array(ring.length / 2).fill(1);
}

function keptPoints({ points, kept }: ThinnedRing): number[] {
  const list: number[] = [];
  kept.forEach((flag, k) => {
    if (flag === 1) list.push(points[2 * k] as number, points[2 * k + 1] as number);
  });
  return list;
}
