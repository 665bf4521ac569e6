import { hashPoint, unit } from './hash.ts';
import { smoothstep, valueNoise } from './noise.ts';
import type { MetastasisScene } from './scene.ts';
import type { Sprite } from './sprite.ts';
import { SPINDLE_ANGLES, type SpriteLibrary } from './sprite-library.ts';
import type { StainCanvas } from './stain-canvas.ts';
import { describeTissue, emptyTissuePoint, neighbourhoodOf } from './tissue-fields.ts';
import { umToPx } from './units.ts';

const PITCH_PX = umToPx(135);
const REACH_PX = 150;

/** Draws small vessels cut across or aslant: a thin wall, flat endothelial nuclei, red cells within. */
export function drawVessels(scene: MetastasisScene, cells: SpriteLibrary, canvas: StainCanvas): void {
  const point = emptyTissuePoint();
  const right = canvas.x0 + canvas.width;
  const bottom = canvas.y0 + canvas.height;
  for (let row = Math.floor((canvas.y0 - REACH_PX) / PITCH_PX); row * PITCH_PX < bottom + REACH_PX; row++) {
    for (let column = Math.floor((canvas.x0 - REACH_PX) / PITCH_PX); column * PITCH_PX < right + REACH_PX; column++) {
      const hash = hashPoint(scene.seed + 500, column, row);
      const x = Math.round((column + unit(hash, 0)) * PITCH_PX);
      const y = Math.round((row + unit(hash, 1)) * PITCH_PX);
      if (x < canvas.x0 - REACH_PX || x >= right + REACH_PX || y < canvas.y0 - REACH_PX || y >= bottom + REACH_PX)
        continue;
      describeTissue(scene, neighbourhoodOf(scene, x, y, x + 1, y + 1), x, y, point);
      if (point.tissuePx < 60 || point.fat > 0.1 || point.lumen > 0) continue;
      const frequent = 0.42 + 0.3 * point.stroma - 0.3 * point.germinal - (point.lesionPx > 0 ? 0.22 : 0);
      if (unit(hash, 2) < frequent) drawVessel(canvas, cells, hash, x, y);
    }
  }
}

function drawVessel(canvas: StainCanvas, cells: SpriteLibrary, hash: number, x: number, y: number): void {
  const short = umToPx(3 + 7 * unit(hash, 3) ** 2);
  const long = Math.min(short * (1 + 2.6 * unit(hash, 4) ** 2), 100);
  const wall = umToPx(1.2 + 1.8 * unit(hash, 5));
  const angle = Math.PI * unit(hash, 6);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const red = unit(hash, 7);
  const side = Math.ceil(long + wall + 6);
  const fromY = Math.max(-side, canvas.y0 - y);
  const toY = Math.min(side, canvas.y0 + canvas.height - 1 - y);
  const fromX = Math.max(-side, canvas.x0 - x);
  const toX = Math.min(side, canvas.x0 + canvas.width - 1 - x);
  for (let dy = fromY; dy <= toY; dy++) {
    for (let dx = fromX; dx <= toX; dx++) {
      const u = dx * cos + dy * sin;
      const v = dy * cos - dx * sin;
      const uneven = 1 + 0.14 * valueNoise(hash, u / 24, v / 24);
      const depth = (1 - Math.hypot(u / long, v / short) * uneven) * short;
      const outer = smoothstep(-wall - 2, -wall + 2, depth);
      if (outer === 0) continue;
      const i = (y + dy - canvas.y0) * canvas.width + x + dx - canvas.x0;
      const lumen = smoothstep(-1.5, 1.5, depth);
      const e = 0.36 * (1 - lumen) * (1 + 0.3 * valueNoise(hash + 1, u / 6, v / 6)) + lumen * 0.03;
      const h = 0.06 * (1 - lumen);
      const cover = outer * (0.75 + 0.2 * lumen);
      canvas.second[i] = (canvas.second[i] as number) * (1 - cover) + e * cover;
      canvas.haematoxylin[i] = (canvas.haematoxylin[i] as number) * (1 - cover) + h * cover;
    }
  }
  const count = Math.round((long + short) / umToPx(3.2));
  for (let k = 0; k < count; k++) {
    if (unit(hash, 20 + k) < 0.35) continue;
    const t = (2 * Math.PI * (k + 0.6 * unit(hash, 40 + k))) / count;
    const u = (long + wall / 2) * Math.cos(t);
    const v = (short + wall / 2) * Math.sin(t);
    const tangent = angle + Math.atan2(short * Math.cos(t), -long * Math.sin(t));
    const group = Math.round((tangent / Math.PI + 4) * SPINDLE_ANGLES) % SPINDLE_ANGLES;
    const sprites = cells.spindles[group] as readonly Sprite[];
    const sprite = sprites[Math.floor(unit(hash, 60 + k) * sprites.length)] as Sprite;
    canvas.stamp(sprite, x + u * cos - v * sin, y + u * sin + v * cos, 0, 0.9, 0.9);
  }
  if (red < 0.3) return;
  const redCells = Math.round(((long * short) / umToPx(4.5) ** 2) * red * 1.1);
  for (let k = 0; k < redCells; k++) {
    const radius = 0.82 * Math.sqrt(unit(hash, 80 + 2 * k));
    const t = 2 * Math.PI * unit(hash, 81 + 2 * k);
    const u = Math.max(0, long - 9) * radius * Math.cos(t);
    const v = Math.max(0, short - 9) * radius * Math.sin(t);
    const sprite = cells.redCells[(hash + k) % cells.redCells.length] as Sprite;
    canvas.stamp(sprite, x + u * cos - v * sin, y + u * sin + v * cos, k & 7, 1, 0.9);
  }
}
