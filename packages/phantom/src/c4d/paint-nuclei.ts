import { hashPoint, unit } from '../hash.ts';
import { valueNoise } from '../noise.ts';
import type { Sprite } from '../sprite.ts';
import type { StainCanvas } from '../stain-canvas.ts';
import { type AnatomyPoint, anatomyAt, bodiesNear, infiltrate, warpX, warpY } from './anatomy.ts';
import { isTubule } from './bodies.ts';
import { type C4dCells, spindleAlong } from './cell-library.ts';
import type { C4dScene } from './scene.ts';
import { tuftDepthPx } from './stain-glomerulus.ts';
import { wallPx } from './stain-vessel.ts';
import { tubuleNuclei } from './tubule-nuclei.ts';
import { c4dPx } from './units.ts';

/** A nucleus is drawn at most this far from its site: it is moved into its row, and then reaches out. */
const REACH_PX = c4dPx(9) + 48;
/** How far apart the points lie between which a direction is measured. */
const STEP_PX = 4;

interface Site {
  readonly hash: number;
  readonly x: number;
  readonly y: number;
  readonly at: AnatomyPoint;
}

/** Draws all nuclei and loose cells of a canvas in one fixed order, so that any two canvases agree where they overlap. */
export function paintNuclei(scene: C4dScene, cells: C4dCells, canvas: StainCanvas): void {
  drawTubuleNuclei(scene, cells, canvas);
  eachSite(scene, canvas, 40, c4dPx(7.6), (site) => drawNucleus(scene, cells, canvas, site));
  if (scene.style.inflammation > 0) {
    eachSite(scene, canvas, 41, c4dPx(6.9), (site) => drawLymphocyte(scene, cells, canvas, site));
  }
  if (scene.style.haemosiderin > 0) {
    eachSite(scene, canvas, 42, c4dPx(38), (site) => drawHaemosiderin(scene, cells, canvas, site));
  }
}

/** Visits the sites of a jittered, warped grid; they are the same from wherever they are asked. */
function eachSite(
  scene: C4dScene,
  canvas: StainCanvas,
  layer: number,
  pitchPx: number,
  visit: (site: Site) => void,
): void {
  const seed = scene.seed + 1000 * layer;
  // Jitter, shift and bend carry a site up to 1.2 pitches from its place on the grid.
  const reach = REACH_PX + 2 * pitchPx;
  const lastRow = Math.ceil((canvas.y0 + canvas.height + reach) / pitchPx);
  const lastColumn = Math.ceil((canvas.x0 + canvas.width + reach) / pitchPx);
  for (let row = Math.floor((canvas.y0 - reach) / pitchPx); row <= lastRow; row++) {
    const shift = row & 1 ? 0.5 : 0;
    for (let column = Math.floor((canvas.x0 - reach) / pitchPx); column <= lastColumn; column++) {
      const hash = hashPoint(seed, column, row);
      const x = (column + shift + 0.6 * (unit(hash, 0) - 0.5)) * pitchPx;
      const y = (row + 0.6 * (unit(hash, 1) - 0.5)) * pitchPx;
      const bend = pitchPx * 0.4 * valueNoise(seed + 1, x / (pitchPx * 6), y / (pitchPx * 6));
      const at = anatomyAt(scene, x + bend, y - bend);
      if (at.tissuePx > 6) visit({ hash, x: x + bend, y: y - bend, at });
    }
  }
}

/** Direction in which a body's depth grows, and how fast; 0 where it does not. */
function inward(scene: C4dScene, x: number, y: number): { readonly x: number; readonly y: number } {
  const gx = anatomyAt(scene, x + STEP_PX, y).depthPx - anatomyAt(scene, x - STEP_PX, y).depthPx;
  const gy = anatomyAt(scene, x, y + STEP_PX).depthPx - anatomyAt(scene, x, y - STEP_PX).depthPx;
  const length = Math.hypot(gx, gy);
  return length < 0.5 ? { x: 0, y: 0 } : { x: gx / length, y: gy / length };
}

function put(canvas: StainCanvas, sprites: readonly Sprite[], hash: number, x: number, y: number, dose = 1): void {
  const sprite = sprites[Math.floor(unit(hash, 10) * sprites.length)] as Sprite;
  canvas.stamp(sprite, x, y, hash & 7, dose * (0.85 + 0.3 * unit(hash, 11)), 0.92);
}

function putSpindle(
  cells: C4dCells,
  canvas: StainCanvas,
  { hash, x, y }: Omit<Site, 'at'>,
  across: { readonly x: number; readonly y: number },
): void {
  const angle = Math.atan2(across.x, -across.y) + 0.25 * (unit(hash, 12) - 0.5);
  canvas.stamp(spindleAlong(cells, angle, unit(hash, 10)), x, y, 0, 0.8 + 0.35 * unit(hash, 11), 0.9);
}

function drawTubuleNuclei(scene: C4dScene, cells: C4dCells, canvas: StainCanvas): void {
  const { x0, y0, width, height } = canvas;
  for (const body of bodiesNear(scene, x0, y0, x0 + width, y0 + height).filter(isTubule)) {
    const row = tubuleNuclei(scene, body);
    for (let k = 0; k < row.length; k += 2) {
      put(canvas, cells.tubular, hashPoint(body.seed, k, 3), row[k] as number, row[k + 1] as number);
    }
  }
}

function drawNucleus(scene: C4dScene, cells: C4dCells, canvas: StainCanvas, site: Site): void {
  const { at, hash, x, y } = site;
  const body = at.nearest;
  if (body === null || at.depthPx < -c4dPx(0.5)) {
    if (at.capillaryPx < c4dPx(2.2) || unit(hash, 2) > 0.24) return;
    putSpindle(cells, canvas, site, inward(scene, x, y));
  } else if (body.kind === 'proximal' || body.kind === 'distal') {
    // Their nuclei stand in rows.
    return;
  } else if (body.kind === 'glomerulus') {
    const warped = { wx: warpX(scene.seed, x, y), wy: warpY(scene.seed, x, y), depth: at.depthPx };
    if (tuftDepthPx(body, warped) > -c4dPx(0.5)) {
      if (unit(hash, 2) < 0.45) put(canvas, cells.podocytes, hash, x, y);
    } else if (at.depthPx < c4dPx(5) && unit(hash, 2) < 0.5) {
      const slope = inward(scene, x, y);
      const move = c4dPx(1.8) - at.depthPx;
      putSpindle(cells, canvas, { hash, x: x + move * slope.x, y: y + move * slope.y }, slope);
    }
  } else {
    const wall = wallPx(body);
    if (at.depthPx > wall + c4dPx(1)) {
      if (unit(hash, 2) < (body.kind === 'vein' ? 0.45 : 0.12)) put(canvas, cells.redCells, hash, x, y);
      return;
    }
    if (unit(hash, 2) < 0.45) putSpindle(cells, canvas, site, inward(scene, x, y));
  }
}

function drawLymphocyte(scene: C4dScene, cells: C4dCells, canvas: StainCanvas, { at, hash, x, y }: Site): void {
  const body = at.nearest;
  if (at.capillaryPx < c4dPx(3)) return;
  const tubule = body?.kind === 'proximal' || body?.kind === 'distal';
  if (at.depthPx > c4dPx(-1) && !(tubule && unit(hash, 3) < 0.06 && at.depthPx < c4dPx(9))) return;
  if (unit(hash, 2) < infiltrate(scene, x, y)) put(canvas, cells.lymphocytes, hash, x, y);
}

/** Clumps of golden-brown granules, as after bleeding. */
function drawHaemosiderin(scene: C4dScene, cells: C4dCells, canvas: StainCanvas, { at, hash, x, y }: Site): void {
  if (unit(hash, 2) > scene.style.haemosiderin || at.capillaryPx < c4dPx(9)) return;
  if (at.nearest !== null && at.depthPx > c4dPx(8)) return;
  const count = 4 + Math.floor(14 * unit(hash, 3) ** 2);
  const spread = c4dPx(2 + 4 * unit(hash, 4));
  for (let k = 0; k < count; k++) {
    const radius = spread * Math.sqrt(unit(hash, 20 + 2 * k));
    const angle = 2 * Math.PI * unit(hash, 21 + 2 * k);
    const sprite = cells.granules[(hash + 7 * k) % cells.granules.length] as Sprite;
    canvas.stamp(sprite, x + radius * Math.cos(angle), y + radius * Math.sin(angle), k & 7, 1, 0.95);
  }
}
