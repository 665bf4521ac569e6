import { unit } from '../hash.ts';
import { anatomyAt, SWELL_PX, tissueDepthPx, warpX, warpY } from './anatomy.ts';
import type { Body } from './bodies.ts';
import type { C4dScene } from './scene.ts';
import { epitheliumPx } from './stain-tubule.ts';
import { c4dPx } from './units.ts';

/** Where the nuclei of one tubule lie, x and y alternating, in level-0 pixels. */
export type NucleusRow = Float64Array;

/** Half a nucleus. */
const LEAST_TISSUE_PX = c4dPx(2.5);
const LEAST_APART_PX = c4dPx(5.6);

const rows = new WeakMap<C4dScene, WeakMap<Body, NucleusRow>>();

/** Stands a tubule's nuclei in a row along its basement membrane; worked out once per tubule. */
export function tubuleNuclei(scene: C4dScene, body: Body): NucleusRow {
  const known = rows.get(scene) ?? new WeakMap<Body, NucleusRow>();
  rows.set(scene, known);
  const found = known.get(body) ?? layRow(scene, body);
  known.set(body, found);
  return found;
}

function layRow(scene: C4dScene, body: Body): NucleusRow {
  const proximal = body.kind === 'proximal';
  const spacingPx = proximal ? c4dPx(13.5) : c4dPx(9.5);
  const height = epitheliumPx(body);
  const straight = 4 * body.halfLengthPx;
  const perimeter = 2 * Math.PI * body.radiusPx + straight;
  // The row runs inside the membrane and is shorter than it.
  const count = Math.round((perimeter - 2 * Math.PI * c4dPx(5)) / spacingPx);
  const places: number[] = [];
  for (let k = 0; k < count; k++) {
    const draw = (n: number) => unit(body.seed, 50 + 4 * k + n);
    if (draw(0) < 0.08) continue;
    const along = ((k + 0.7 * (draw(1) - 0.5)) / count) * perimeter;
    const depthPx = Math.min(c4dPx(proximal ? 4.2 : 3.9) + c4dPx(2) * draw(2), 0.6 * height + 4);
    const place = onRay(scene, body, rayAt(body, (along + perimeter) % perimeter), depthPx);
    if (place !== null && isApart(places, place)) places.push(place.x, place.y);
  }
  return Float64Array.from(places);
}

/** Whether a nucleus here would hardly overlap those that are laid. */
function isApart(places: readonly number[], { x, y }: { readonly x: number; readonly y: number }): boolean {
  for (let k = 0; k < places.length; k += 2) {
    if (Math.hypot((places[k] as number) - x, (places[k + 1] as number) - y) < LEAST_APART_PX) return false;
  }
  return true;
}

interface Ray {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

/** From the axis outwards, at so many pixels along the stadium that the tubule is. */
function rayAt(body: Body, along: number): Ray {
  const { xL0, yL0, halfX, halfY, halfLengthPx, radiusPx } = body;
  const heading = halfLengthPx === 0 ? 0 : Math.atan2(halfY, halfX);
  const arc = Math.PI * radiusPx;
  const side = 2 * halfLengthPx;
  const second = along >= arc + side;
  const rest = second ? along - arc - side : along;
  // First half way round the far end, then back along one side; the second half is the same, turned about.
  const turn = heading + (second ? Math.PI : 0);
  const sign = second ? -1 : 1;
  const t = rest < arc ? 1 : 1 - (2 * (rest - arc)) / side;
  const angle = turn - Math.PI / 2 + (rest < arc ? rest / radiusPx : Math.PI);
  return { x: xL0 + sign * t * halfX, y: yL0 + sign * t * halfY, dx: Math.cos(angle), dy: Math.sin(angle) };
}

/** The level-0 point on a ray at which the tubule is so deep; null where another structure is in the way. */
function onRay(scene: C4dScene, body: Body, ray: Ray, depthPx: number): { x: number; y: number } | null {
  let near = 0;
  let far = body.radiusPx + SWELL_PX;
  let place = { x: ray.x, y: ray.y };
  for (let step = 0; step < 8; step++) {
    const r = (near + far) / 2;
    place = unwarp(scene.seed, ray.x + r * ray.dx, ray.y + r * ray.dy);
    const { nearest, depthPx: depth } = anatomyAt(scene, place.x, place.y);
    if (nearest === body && depth > depthPx) near = r;
    else far = r;
  }
  // Where a tubule is cut by the edge of the tissue, its nuclei are gone, too.
  return near === 0 || tissueDepthPx(scene.cores, place.x, place.y) < LEAST_TISSUE_PX ? null : place;
}

/** The level-0 point that is warped to a place, to a fraction of a pixel. */
function unwarp(seed: number, wx: number, wy: number): { x: number; y: number } {
  let x = wx;
  let y = wy;
  for (let k = 0; k < 3; k++) {
    const [dx, dy] = [wx - warpX(seed, x, y), wy - warpY(seed, x, y)];
    x += dx;
    y += dy;
  }
  return { x, y };
}
