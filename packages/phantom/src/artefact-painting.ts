import type { Rect } from '@gigascope/contracts';
import type { Artefact, Bounds } from './artefacts.ts';
import { hashPoint, unit } from './hash.ts';
import { clamp01, cloudNoise, smoothstep, valueNoise } from './noise.ts';
import type { StainCanvas } from './stain-canvas.ts';

/** Grains lie on a hashed grid this wide, so that their number grows with the slide but no list does. */
const DUST_PITCH_PX = 1600;
const DUST_REACH_PX = 48;

/** What of a scene the artefacts are painted from. */
export interface ArtefactScene {
  readonly seed: number;
  readonly artefacts: readonly Artefact[];
}

/** How far beyond a pixel the blur in a rectangle looks: three passes of a box. Blurs must lie apart, or one would look through another. */
export function defocusReachPx(scene: ArtefactScene, rect: Rect<'l0'>): number {
  const reaches = artefactsIn(scene, rect).map((artefact) => (artefact.kind === 'defocus' ? artefact.boxReachPx : 0));
  return 3 * Math.max(0, ...reaches);
}

interface Grain {
  readonly x: number;
  readonly y: number;
  readonly hash: number;
}

function touches(bounds: Bounds, rect: Rect<'l0'>): boolean {
  return (
    bounds.x1 > rect.x && bounds.x0 < rect.x + rect.width && bounds.y1 > rect.y && bounds.y0 < rect.y + rect.height
  );
}

/** The artefacts that colour a level-0 rectangle. */
export function artefactsIn(scene: ArtefactScene, rect: Rect<'l0'>): readonly Artefact[] {
  return scene.artefacts.filter((artefact) => touches(artefact.bounds, rect));
}

/** The grains of dust that colour a level-0 rectangle. */
export function dustIn(scene: ArtefactScene, rect: Rect<'l0'>): readonly Grain[] {
  const grains: Grain[] = [];
  const first = (start: number) => Math.floor((start - DUST_REACH_PX) / DUST_PITCH_PX);
  for (let row = first(rect.y); row * DUST_PITCH_PX < rect.y + rect.height + DUST_REACH_PX; row++) {
    for (let column = first(rect.x); column * DUST_PITCH_PX < rect.x + rect.width + DUST_REACH_PX; column++) {
      const hash = hashPoint(scene.seed + 400, column, row);
      if (unit(hash, 0) > 0.16) continue;
      const x = Math.round((column + unit(hash, 1)) * DUST_PITCH_PX);
      const y = Math.round((row + unit(hash, 2)) * DUST_PITCH_PX);
      const reach = { x0: x - DUST_REACH_PX, y0: y - DUST_REACH_PX, x1: x + DUST_REACH_PX, y1: y + DUST_REACH_PX };
      if (touches(reach, rect)) grains.push({ x, y, hash });
    }
  }
  return grains;
}

/** Visits the pixels of `rect` that `bounds` reaches: their index in the rectangle and their level-0 place. */
function eachPixel(bounds: Bounds, rect: Rect<'l0'>, visit: (pixel: number, xL0: number, yL0: number) => void): void {
  const x0 = Math.max(rect.x, Math.floor(bounds.x0));
  const y0 = Math.max(rect.y, Math.floor(bounds.y0));
  const x1 = Math.min(rect.x + rect.width, Math.ceil(bounds.x1));
  const y1 = Math.min(rect.y + rect.height, Math.ceil(bounds.y1));
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) visit((y - rect.y) * rect.width + x - rect.x, x, y);
  }
}

/** Distance from a point to a path x, y, x, y … in pixels, and how far along it the nearest point lies. */
export function pathDistance(path: readonly number[], x: number, y: number): { distance: number; along: number } {
  let best = Number.POSITIVE_INFINITY;
  let nearest = 0;
  for (let k = 0; k + 3 < path.length; k += 2) {
    const ax = path[k] as number;
    const ay = path[k + 1] as number;
    const dx = (path[k + 2] as number) - ax;
    const dy = (path[k + 3] as number) - ay;
    const t = clamp01(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy));
    const ex = x - ax - t * dx;
    const ey = y - ay - t * dy;
    const squared = ex * ex + ey * ey;
    if (squared < best) {
      best = squared;
      nearest = k / 2 + t;
    }
  }
  // All steps of a stroke are equally long.
  const step = Math.hypot((path[2] as number) - (path[0] as number), (path[3] as number) - (path[1] as number));
  return { distance: Math.sqrt(best), along: nearest * step };
}

/** Folds double the tissue and defocus blurs it: both act on the stains, before they are colours. */
export function disturbStain(scene: ArtefactScene, canvas: StainCanvas): void {
  for (const artefact of artefactsIn(scene, rectOf(canvas))) {
    if (artefact.kind === 'fold') fold(artefact, canvas);
    if (artefact.kind === 'defocus') defocus(artefact, canvas);
  }
}

function rectOf(canvas: StainCanvas): Rect<'l0'> {
  return { x: canvas.x0, y: canvas.y0, width: canvas.width, height: canvas.height };
}

function fold(artefact: Artefact & { kind: 'fold' }, canvas: StainCanvas): void {
  const { haematoxylin, second } = canvas;
  eachPixel(artefact.bounds, rectOf(canvas), (i, x, y) => {
    const { distance } = pathDistance(artefact.path, x, y);
    if (distance > artefact.halfWidthPx * 1.5 + 3) return;
    const width = artefact.halfWidthPx * (1 + 0.45 * cloudNoise(artefact.seed, x / 140, y / 140));
    const inside = smoothstep(width + 3, width - 3, distance);
    const crease = Math.exp(-(((width - distance) / 5) ** 2));
    const factor = 1 + inside * (0.75 + 0.45 * crease);
    haematoxylin[i] = (haematoxylin[i] as number) * factor + inside * artefact.veil;
    second[i] = (second[i] as number) * factor;
  });
}

function defocus(artefact: Artefact & { kind: 'defocus' }, canvas: StainCanvas): void {
  const reachPx = artefact.boxReachPx;
  const window = windowAround(artefact.bounds, 3 * reachPx, rectOf(canvas));
  for (const plane of [canvas.haematoxylin, canvas.second]) {
    let blurred = cutOut(plane, rectOf(canvas), window);
    for (let pass = 0; pass < 3; pass++) blurred = boxBlur(boxBlur(blurred, 1, reachPx), window.width, reachPx);
    eachPixel(artefact.bounds, rectOf(canvas), (i, x, y) => {
      const distance = Math.hypot(x - artefact.xL0, y - artefact.yL0);
      const share = smoothstep(artefact.radiusPx, artefact.radiusPx * 0.6, distance);
      const there = blurred[(y - window.y) * window.width + x - window.x] as number;
      plane[i] = (plane[i] as number) + (there - (plane[i] as number)) * share;
    });
  }
}

/** The part of `rect` at most `marginPx` from `bounds`; not empty where they touch. */
function windowAround(bounds: Bounds, marginPx: number, rect: Rect<'l0'>): Rect<'l0'> {
  const x = Math.max(rect.x, Math.floor(bounds.x0) - marginPx);
  const y = Math.max(rect.y, Math.floor(bounds.y0) - marginPx);
  const width = Math.min(rect.x + rect.width, Math.ceil(bounds.x1) + marginPx) - x;
  const height = Math.min(rect.y + rect.height, Math.ceil(bounds.y1) + marginPx) - y;
  return { x, y, width, height };
}

function cutOut(plane: Float32Array<ArrayBuffer>, rect: Rect<'l0'>, window: Rect<'l0'>): Float32Array<ArrayBuffer> {
  const out = new Float32Array(window.width * window.height);
  for (let row = 0; row < window.height; row++) {
    const from = (window.y - rect.y + row) * rect.width + window.x - rect.x;
    out.set(plane.subarray(from, from + window.width), row * window.width);
  }
  return out;
}

/** Averages 2 · reachPx + 1 neighbours along one axis (`step` 1: x, width: y). Within reachPx of the plane's border it is not exact. */
function boxBlur(plane: Float32Array<ArrayBuffer>, step: number, reachPx: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(plane.length);
  const reach = reachPx * step;
  const count = 2 * reachPx + 1;
  for (let i = reach; i < plane.length - reach; i++) {
    let sum = 0;
    for (let k = i - reach; k <= i + reach; k += step) sum += plane[k] as number;
    out[i] = sum / count;
  }
  return out;
}

/** Ink, bubbles and dust lie between the tissue and the lens: they darken colours. `rgb` covers `rect`. */
export function darkenColours(scene: ArtefactScene, rect: Rect<'l0'>, rgb: Uint8Array): void {
  for (const artefact of artefactsIn(scene, rect)) {
    if (artefact.kind === 'pen') pen(artefact, rect, rgb);
    if (artefact.kind === 'bubble') bubble(artefact, rect, rgb);
  }
  for (const grain of dustIn(scene, rect)) dust(grain, rect, rgb);
}

function darken(rgb: Uint8Array, pixel: number, r: number, g: number, b: number): void {
  const i = pixel * 3;
  rgb[i] = Math.min(255, (rgb[i] as number) * r);
  rgb[i + 1] = Math.min(255, (rgb[i + 1] as number) * g);
  rgb[i + 2] = Math.min(255, (rgb[i + 2] as number) * b);
}

function pen(artefact: Artefact & { kind: 'pen' }, rect: Rect<'l0'>, rgb: Uint8Array): void {
  const { halfWidthPx, density, seed } = artefact;
  eachPixel(artefact.bounds, rect, (i, x, y) => {
    const { distance, along } = pathDistance(artefact.path, x, y);
    if (distance > halfWidthPx * 1.2) return;
    const edge = halfWidthPx * (1 + 0.06 * cloudNoise(seed, x / 260, y / 260));
    const inside = smoothstep(edge + 14, edge - 14, distance);
    if (inside === 0) return;
    // Ink is streaked along the stroke and pools at its border.
    const streak =
      0.16 * valueNoise(seed + 1, distance / 45, along / 1400) + 0.1 * cloudNoise(seed + 2, x / 90, y / 90);
    const amount = inside * (0.8 + streak + 0.35 * smoothstep(edge * 0.8, edge, distance));
    darken(rgb, i, 10 ** (-density[0] * amount), 10 ** (-density[1] * amount), 10 ** (-density[2] * amount));
  });
}

function bubble(artefact: Artefact & { kind: 'bubble' }, rect: Rect<'l0'>, rgb: Uint8Array): void {
  const { xL0, yL0, radiusPx, seed } = artefact;
  eachPixel(artefact.bounds, rect, (i, x, y) => {
    const distance = Math.hypot(x - xL0, y - yL0);
    if (distance > radiusPx) return;
    const uneven = 0.035 * cloudNoise(seed, (2.2 * (x - xL0)) / radiusPx, (2.2 * (y - yL0)) / radiusPx);
    const depth = radiusPx * (0.95 + uneven) - distance;
    const ring = 0.5 * Math.exp(-((depth / 9) ** 2)) + 0.2 * Math.exp(-(((depth - 34) / 16) ** 2));
    const light = 1 - ring + 0.05 * smoothstep(0, 20, depth);
    darken(rgb, i, light, light, light);
  });
}

function dust(grain: Grain, rect: Rect<'l0'>, rgb: Uint8Array): void {
  const radius = 4 + 16 * unit(grain.hash, 3) ** 2;
  const angle = 6.3 * unit(grain.hash, 4);
  const stretch = 1 + 1.2 * unit(grain.hash, 5);
  const fromY = Math.max(0, grain.y - DUST_REACH_PX - rect.y);
  const toY = Math.min(rect.height, grain.y + DUST_REACH_PX - rect.y);
  const fromX = Math.max(0, grain.x - DUST_REACH_PX - rect.x);
  const toX = Math.min(rect.width, grain.x + DUST_REACH_PX - rect.x);
  for (let y = fromY; y < toY; y++) {
    for (let x = fromX; x < toX; x++) {
      const dx = rect.x + x - grain.x;
      const dy = rect.y + y - grain.y;
      const u = (dx * Math.cos(angle) + dy * Math.sin(angle)) / stretch;
      const v = dy * Math.cos(angle) - dx * Math.sin(angle);
      const rough = 0.5 * cloudNoise(grain.hash, (1.6 * u) / radius, (1.6 * v) / radius);
      const cover = 0.72 * smoothstep(1.15, 0.7, Math.hypot(u, v) / radius + rough);
      if (cover > 0) darken(rgb, y * rect.width + x, 1 - cover, 1 - 1.02 * cover, 1 - 1.06 * cover);
    }
  }
}
