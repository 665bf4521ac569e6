import { hashPoint, unit } from '../hash.ts';
import { clamp01, smoothstep, valueNoise } from '../noise.ts';
import type { Sprite } from '../sprite.ts';
import type { StainCanvas } from '../stain-canvas.ts';
import { capillariesNear } from './anatomy.ts';
import { boxOf, type Capillary } from './capillary.ts';
import { type C4dCells, spindleAlong } from './cell-library.ts';
import type { C4dScene } from './scene.ts';
import { c4dPx } from './units.ts';

/** How far beyond a capillary's box its brown can diffuse. */
const HALO_PX = 10;

/** Draws all capillaries of a canvas, each whole, in the order of the scene. */
export function paintCapillaries(scene: C4dScene, cells: C4dCells, canvas: StainCanvas): void {
  const near = capillariesNear(scene, canvas.x0, canvas.y0, canvas.x0 + canvas.width, canvas.y0 + canvas.height);
  for (const capillary of near) {
    const wall = wallOf(scene, capillary);
    paintWall(capillary, wall, canvas);
    paintBlood(capillary, wall, cells, canvas);
    paintEndothelium(capillary, cells, canvas);
  }
}

/** How one capillary's wall looks. */
interface Wall {
  readonly seed: number;
  readonly widthPx: number;
  readonly haematoxylin: number;
  /** Brown on the wall; 0 … about 1.4. */
  readonly brown: number;
  /** Share of the circumference that is brown, about. */
  readonly complete: number;
  /** How uneven the brown is. */
  readonly uneven: number;
}

function wallOf(scene: C4dScene, { seed, class: kind }: Capillary): Wall {
  const hash = hashPoint(seed, 7, 8);
  if (kind === 'negative') {
    const widthPx = c4dPx(0.5 + 0.35 * unit(hash, 0));
    const haematoxylin = 0.17 + 0.12 * unit(hash, 1);
    return {
      seed: hash,
      widthPx,
      haematoxylin,
      brown: scene.style.haze + 0.03 * unit(hash, 2),
      complete: 1,
      uneven: 0.2,
    };
  }
  // One in twelve is faint and broken: a person would hesitate, too.
  const hard = unit(hash, 3) < 1 / 12;
  return {
    seed: hash,
    widthPx: c4dPx(0.75 + 0.85 * unit(hash, 0)),
    haematoxylin: 0.1,
    brown: scene.style.positiveStrength * (hard ? 0.34 + 0.16 * unit(hash, 1) : 0.6 + 0.7 * unit(hash, 1)),
    complete: hard ? 0.62 : 0.8 + 0.35 * unit(hash, 4),
    uneven: 0.25 + 0.5 * unit(hash, 5),
  };
}

/** Signed distance to a polygon's border, positive inside, and the angle about the centre. */
function depthInside(outline: Capillary['outline'], x: number, y: number): number {
  let nearest = 1e12;
  let inside = false;
  let a = outline[outline.length - 1] as { x: number; y: number };
  for (const b of outline) {
    const ex = b.x - a.x;
    const ey = b.y - a.y;
    const t = clamp01(((x - a.x) * ex + (y - a.y) * ey) / (ex * ex + ey * ey));
    const dx = x - a.x - t * ex;
    const dy = y - a.y - t * ey;
    nearest = Math.min(nearest, dx * dx + dy * dy);
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / ey) * ex) inside = !inside;
    a = b;
  }
  return inside ? Math.sqrt(nearest) : -Math.sqrt(nearest);
}

function paintWall(capillary: Capillary, wall: Wall, canvas: StainCanvas): void {
  const box = boxOf(capillary.outline);
  const fromX = Math.max(canvas.x0, Math.floor(box.x0L0) - HALO_PX);
  const fromY = Math.max(canvas.y0, Math.floor(box.y0L0) - HALO_PX);
  const toX = Math.min(canvas.x0 + canvas.width, Math.ceil(box.x1L0) + HALO_PX);
  const toY = Math.min(canvas.y0 + canvas.height, Math.ceil(box.y1L0) + HALO_PX);
  const half = wall.widthPx / 2;
  for (let y = fromY; y < toY; y++) {
    for (let x = fromX; x < toX; x++) {
      const depth = depthInside(capillary.outline, x + 0.5, y + 0.5);
      if (depth < -HALO_PX) continue;
      const angle = Math.atan2(y - capillary.yL0, x - capillary.xL0);
      const [rx, ry] = [2.2 * Math.cos(angle), 2.2 * Math.sin(angle)];
      const strand = valueNoise(wall.seed, rx, ry);
      const dots = valueNoise(wall.seed + 1, x / 3.1, y / 3.1);
      const width = half * (1 + 0.42 * strand);
      const line = Math.exp(-(((depth - half) / width) ** 2) * 1.3);
      const there = smoothstep(-0.25, 0.25, wall.complete * 2 - 1 + valueNoise(wall.seed + 2, 0.7 * rx, 0.7 * ry));
      const brown = wall.brown * there * (1 + wall.uneven * (0.8 * strand + 0.6 * dots));
      const lumen = smoothstep(wall.widthPx - 1.5, wall.widthPx + 1.5, depth);
      const blush = 0.07 * wall.brown * there * Math.exp(-Math.abs(depth - half) / 5);
      const cover = smoothstep(-1.5, 1, depth);
      const i = (y - canvas.y0) * canvas.width + x - canvas.x0;
      const h = wall.haematoxylin * line + 0.012 * lumen;
      const d = 0.008 * lumen;
      const kept = canvas.haematoxylin[i] as number;
      const keptSecond = canvas.second[i] as number;
      canvas.haematoxylin[i] = kept + (h - kept) * cover;
      canvas.second[i] = keptSecond + (d - keptSecond) * cover + Math.max(0, brown) * line + blush;
    }
  }
}

function paintBlood(capillary: Capillary, wall: Wall, cells: C4dCells, canvas: StainCanvas): void {
  const hash = hashPoint(capillary.seed, 9, 10);
  const long = capillary.longPx - wall.widthPx - c4dPx(2.6);
  const short = capillary.shortPx - wall.widthPx - c4dPx(2.4);
  if (unit(hash, 0) < 0.35) return;
  const count = 1 + Math.floor(unit(hash, 1) * (1 + long / c4dPx(3)));
  for (let k = 0; k < count; k++) {
    const t = unit(hash, 10 + 2 * k) * 2 - 1;
    const u = Math.max(0, long) * t;
    const v = Math.max(0, short) * (unit(hash, 11 + 2 * k) * 2 - 1);
    const sprite = cells.redCells[(hash + k) % cells.redCells.length] as Sprite;
    const x = capillary.xL0 + u * capillary.cos - v * capillary.sin;
    const y = capillary.yL0 + u * capillary.sin + v * capillary.cos;
    canvas.stamp(sprite, x, y, k & 7, 1, 0.8);
  }
}

/** Here and there a flat nucleus of the endothelium bulges into the lumen. */
function paintEndothelium(capillary: Capillary, cells: C4dCells, canvas: StainCanvas): void {
  const hash = hashPoint(capillary.seed, 11, 12);
  const count = unit(hash, 0) < 0.45 ? 0 : unit(hash, 0) < 0.85 ? 1 : 2;
  for (let k = 0; k < count; k++) {
    const t = 2 * Math.PI * unit(hash, 1 + 4 * k);
    const u = (capillary.longPx - 7) * Math.cos(t);
    const v = (capillary.shortPx - 7) * Math.sin(t);
    const tangent = Math.atan2(capillary.shortPx * Math.cos(t), -capillary.longPx * Math.sin(t));
    const angle = tangent + Math.atan2(capillary.sin, capillary.cos);
    const x = capillary.xL0 + u * capillary.cos - v * capillary.sin;
    const y = capillary.yL0 + u * capillary.sin + v * capillary.cos;
    canvas.stamp(spindleAlong(cells, angle, unit(hash, 2 + 4 * k)), x, y, 0, 0.9, 0.85);
  }
}
