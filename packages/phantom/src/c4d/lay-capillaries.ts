import { GigascopeError } from '@gigascope/contracts';
import { hashPoint, type RandomStream, unit } from '../hash.ts';
import { cloudNoise } from '../noise.ts';
import { type Anatomy, bodiesNear, emptyBodyPoint, measureBodies, tissueDepthPx, warpX, warpY } from './anatomy.ts';
import { type Body, isTubule, placeAlong } from './bodies.ts';
import { BucketIndex } from './bucket-index.ts';
import { BULGE, type Capillary, type CapillaryPlace, outlineOf, supportPx } from './capillary.ts';
import { artefactDistancePx, describeField, type FieldScene } from './field.ts';
import { c4dPx } from './units.ts';

/** Side of the fields whose lattice, from (0, 0) on, decides where capillaries lie. */
export const FIELD_PX = 256;
const PITCH_PX = c4dPx(13);
/** Capillaries keep this far apart, so that their walls and boxes can be told apart. */
const GAP_PX = c4dPx(5);
/** And this far from what has capillaries or a wall of its own, and from the tissue's edge. */
const CLEARANCE_PX = c4dPx(5);
/** Without an order, capillaries per mm² of tissue. */
const PER_MM2 = 340;
const ARTEFACT_CLEARANCE_PX = c4dPx(25);

export interface CapillaryOrder {
  readonly count: number | null;
  readonly ratioPercent: number;
}

interface Stage {
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Lays peritubular capillaries between tubules, at the edges and corners at which they meet. None lies in a field of the
 * FIELD_PX lattice that is not feasible, nor within 25 µm of a fold, ink or blur: so every capillary counts.
 * Errors: ARGUMENT_INVALID where fewer find room than were ordered.
 */
export function layCapillaries(
  scene: Omit<Anatomy, 'capillaryIndex'> & FieldScene & Stage,
  order: CapillaryOrder,
  random: RandomStream,
): readonly Capillary[] {
  const { places, tissueMm2 } = findPlaces(scene, random.seed());
  const wanted = order.count ?? Math.round(PER_MM2 * tissueMm2 * random.between(0.75, 1.2));
  const chosen = choosePlaces(scene, places, wanted);
  if (order.count !== null && chosen.length < order.count) {
    const size = `${scene.widthPx} × ${scene.heightPx} px`;
    throw new GigascopeError(
      'ARGUMENT_INVALID',
      `${size} have room for ${chosen.length} capillaries, not ${order.count}`,
    );
  }
  const positives = Math.round((order.ratioPercent / 100) * chosen.length);
  const seed = random.seed();
  // Rejection is patchy: positive capillaries keep company.
  const rank = (place: CapillaryPlace) =>
    0.45 * cloudNoise(seed, place.xL0 / c4dPx(500), place.yL0 / c4dPx(500)) + unit(place.seed, 30);
  const ranked = [...chosen].sort((a, b) => rank(b) - rank(a));
  const positive = new Set(ranked.slice(0, positives));
  return chosen.map((place) => ({
    ...place,
    class: positive.has(place) ? 'positive' : 'negative',
    outline: outlineOf(place),
  }));
}

type LaidScene = Parameters<typeof layCapillaries>[0];

function findPlaces(scene: LaidScene, seed: number): { places: CapillaryPlace[]; tissueMm2: number } {
  const places: CapillaryPlace[] = [];
  let inTissue = 0;
  for (const [index, core] of scene.cores.entries()) {
    const { bounds } = core;
    const fromY = Math.floor(Math.max(0, bounds.y0) / PITCH_PX);
    const fromX = Math.floor(Math.max(0, bounds.x0) / PITCH_PX);
    for (let row = fromY; row * PITCH_PX < Math.min(scene.heightPx, bounds.y1); row++) {
      for (let column = fromX; column * PITCH_PX < Math.min(scene.widthPx, bounds.x1); column++) {
        const hash = hashPoint(seed + index, column, row);
        const x = (column + unit(hash, 0)) * PITCH_PX;
        const y = (row + unit(hash, 1)) * PITCH_PX;
        if (tissueDepthPx([core], x, y) < 0) continue;
        inTissue += 1;
        const place = placeNear(scene, x, y, hash);
        if (place !== null) places.push(place);
      }
    }
  }
  return { places, tissueMm2: inTissue * (PITCH_PX / c4dPx(1000)) ** 2 };
}

/** Moves a point to the nearest edge between two tubules and lays a capillary along that edge. */
function placeNear(scene: LaidScene, startX: number, startY: number, hash: number): CapillaryPlace | null {
  const bodies = bodiesNear(scene, startX, startY, startX, startY);
  const point = emptyBodyPoint();
  let x = startX;
  let y = startY;
  const measure = () => measureBodies(bodies, warpX(scene.seed, x, y), warpY(scene.seed, x, y), point);
  measure();
  for (let step = 0; step < 4; step++) {
    const { nearest, second, d1, d2 } = point;
    if (nearest === null || second === null || !isTubule(nearest) || !isTubule(second)) return null;
    const [nx, ny] = away(nearest, second, warpX(scene.seed, x, y), warpY(scene.seed, x, y));
    const move = Math.min((d2 - d1) / 2, c4dPx(12));
    x += move * nx;
    y += move * ny;
    measure();
  }
  const { nearest, second, d1, d2, d3 } = point;
  if (nearest === null || second === null || !isTubule(nearest) || !isTubule(second) || d2 - d1 > 8) return null;
  const [nx, ny] = away(nearest, second, warpX(scene.seed, x, y), warpY(scene.seed, x, y));
  const triangular = d3 - d1 < c4dPx(7);
  const room = Math.max(0, Math.min(d1, c4dPx(6)));
  const size = unit(hash, 3);
  const longPx = triangular ? c4dPx(4.6 + 4.2 * size) : c4dPx(4.6 + 7.6 * size ** 1.4);
  const flat = triangular ? longPx * (0.7 + 0.3 * unit(hash, 4)) : c4dPx(2.9 + 1.9 * unit(hash, 4));
  const shortPx = Math.min(longPx * 0.97, flat + 0.5 * room);
  const turn = 0.3 * (unit(hash, 5) - 0.5);
  const [ex, ey] = [-ny, nx];
  return {
    xL0: Math.round(x),
    yL0: Math.round(y),
    longPx,
    shortPx,
    cos: ex * Math.cos(turn) - ey * Math.sin(turn),
    sin: ex * Math.sin(turn) + ey * Math.cos(turn),
    seed: hash,
    triangular,
  };
}

/** Unit vector from the nearest point of one body's axis to that of another, at a warped point. */
function away(from: Body, to: Body, x: number, y: number): readonly [number, number] {
  const s = placeAlong(from, x, y);
  const t = placeAlong(to, x, y);
  const dx = to.xL0 + t * to.halfX - from.xL0 - s * from.halfX;
  const dy = to.yL0 + t * to.halfY - from.yL0 - s * from.halfY;
  const length = Math.hypot(dx, dy) || 1;
  return [dx / length, dy / length];
}

function choosePlaces(scene: LaidScene, places: readonly CapillaryPlace[], wanted: number): readonly CapillaryPlace[] {
  const index = new BucketIndex<CapillaryPlace>(256);
  const feasible = new Map<string, boolean>();
  const isFeasible = (place: CapillaryPlace) => {
    const [column, row] = [Math.floor(place.xL0 / FIELD_PX), Math.floor(place.yL0 / FIELD_PX)];
    const key = `${column},${row}`;
    const known = feasible.get(key);
    if (known !== undefined) return known;
    const field = { x: column * FIELD_PX, y: row * FIELD_PX, width: FIELD_PX, height: FIELD_PX };
    const made = describeField(scene, field).feasible;
    feasible.set(key, made);
    return made;
  };
  const chosen: CapillaryPlace[] = [];
  // Corners between three tubules are the natural place.
  const score = (place: CapillaryPlace) => unit(place.seed, 20) + (place.triangular ? 0.25 : 0);
  for (const place of [...places].sort((a, b) => score(b) - score(a))) {
    if (chosen.length >= wanted) break;
    if (!isClear(scene, place) || !hasRoom(place, index) || !isFeasible(place)) continue;
    index.add(place);
    chosen.push(place);
  }
  return chosen;
}

function hasRoom(place: CapillaryPlace, index: BucketIndex<CapillaryPlace>): boolean {
  const reach = c4dPx(40);
  const { xL0: x, yL0: y } = place;
  return index.near(x - reach, y - reach, x + reach, y + reach).every((other) => {
    const distance = Math.hypot(other.xL0 - x, other.yL0 - y) || 1;
    const [dx, dy] = [(other.xL0 - x) / distance, (other.yL0 - y) / distance];
    return distance > BULGE * (supportPx(place, dx, dy) + supportPx(other, dx, dy)) + GAP_PX;
  });
}

/** Whether a capillary lies whole on the slide and in tissue, off all vessels, glomeruli and artefacts. */
function isClear(scene: LaidScene, place: CapillaryPlace): boolean {
  const { xL0: x, yL0: y } = place;
  const reach = BULGE * place.longPx;
  if (x - reach < 2 || y - reach < 2 || x + reach > scene.widthPx - 2 || y + reach > scene.heightPx - 2) return false;
  if (tissueDepthPx(scene.cores, x, y) < reach + CLEARANCE_PX) return false;
  const near = reach + ARTEFACT_CLEARANCE_PX;
  if (scene.artefacts.some((artefact) => artefactDistancePx(artefact, x, y) < near)) return false;
  const warpedX = warpX(scene.seed, x, y);
  const warpedY = warpY(scene.seed, x, y);
  const others = bodiesNear(scene, x, y, x, y).filter((body) => !isTubule(body));
  return measureBodies(others, warpedX, warpedY, emptyBodyPoint()).d1 > reach + CLEARANCE_PX;
}
