import type { Rect } from '@gigascope/contracts';
import { clamp01, smoothstep } from '../noise.ts';
import type { StainCanvas } from '../stain-canvas.ts';
import {
  bodiesNear,
  bodyDepthPx,
  capillariesNear,
  capillaryDistancePx,
  emptyBodyPoint,
  halfGapPx,
  INFLUENCE_PX,
  measureBodies,
  nearestCapillaryPx,
  tissueDepthPx,
  warpX,
  warpY,
} from './anatomy.ts';
import { bodyDistancePx } from './bodies.ts';
import type { C4dScene } from './scene.ts';
import { stainGlomerulus } from './stain-glomerulus.ts';
import { type StainPixel, stainInterstitium } from './stain-interstitium.ts';
import { stainTubule } from './stain-tubule.ts';
import { stainVessel } from './stain-vessel.ts';
import { type C4dTextures, textureAt } from './textures.ts';

/** Side of the blocks in which the slide is drawn; slow properties are worked out at their corners. */
export const BLOCK_PX = 16;
/** Side of the squares, a multiple of BLOCK_PX, whose neighbours are looked up together. They do not depend on the canvas. */
const QUARTER_PX = 256;
/** Tissue ends within this many pixels of where its depth is zero. */
const EDGE_PX = 40;

/** Slow properties at the four corners of a block, in the order nw, ne, sw, se. */
interface Corners {
  readonly tissue: Float64Array;
  readonly warpX: Float64Array;
  readonly warpY: Float64Array;
  readonly gap: Float64Array;
}

/** Colours everything that is neither nucleus nor capillary. The canvas must lie on the lattice of blocks. */
export function paintCortex(scene: C4dScene, textures: C4dTextures, canvas: StainCanvas): void {
  const right = canvas.x0 + canvas.width;
  const bottom = canvas.y0 + canvas.height;
  const first = (start: number) => Math.floor(start / QUARTER_PX) * QUARTER_PX;
  for (let y = first(canvas.y0); y < bottom; y += QUARTER_PX) {
    for (let x = first(canvas.x0); x < right; x += QUARTER_PX) paintQuarter(scene, textures, canvas, x, y);
  }
}

/** Paints the part of a quarter that lies on the canvas. What can matter in it is looked up once. */
function paintQuarter(scene: C4dScene, textures: C4dTextures, canvas: StainCanvas, x0: number, y0: number): void {
  const bodies = bodiesNear(scene, x0, y0, x0 + QUARTER_PX, y0 + QUARTER_PX);
  const capillaries = capillariesNear(scene, x0, y0, x0 + QUARTER_PX, y0 + QUARTER_PX);
  const corners = makeCorners();
  const toX = Math.min(x0 + QUARTER_PX, canvas.x0 + canvas.width);
  const toY = Math.min(y0 + QUARTER_PX, canvas.y0 + canvas.height);
  for (let y = Math.max(y0, canvas.y0); y < toY; y += BLOCK_PX) {
    for (let x = Math.max(x0, canvas.x0); x < toX; x += BLOCK_PX) {
      if (!measureCorners(scene, x, y, corners)) continue;
      paintBlock(scene, textures, canvas, { x, y, width: BLOCK_PX, height: BLOCK_PX }, corners, bodies, capillaries);
    }
  }
}

function makeCorners(): Corners {
  const four = () => new Float64Array(4);
  return { tissue: four(), warpX: four(), warpY: four(), gap: four() };
}

/** False where the block is bare glass. */
function measureCorners(scene: C4dScene, x: number, y: number, out: Corners): boolean {
  let deepest = -1e6;
  for (let k = 0; k < 4; k++) {
    out.tissue[k] = tissueDepthPx(scene.cores, x + (k & 1) * BLOCK_PX, y + (k >> 1) * BLOCK_PX);
    deepest = Math.max(deepest, out.tissue[k] as number);
  }
  if (deepest < -EDGE_PX) return false;
  for (let k = 0; k < 4; k++) {
    const cx = x + (k & 1) * BLOCK_PX;
    const cy = y + (k >> 1) * BLOCK_PX;
    out.warpX[k] = warpX(scene.seed, cx, cy);
    out.warpY[k] = warpY(scene.seed, cx, cy);
    out.gap[k] = halfGapPx(scene, cx, cy);
  }
  return true;
}

function bilinear(four: Float64Array, fx: number, fy: number): number {
  const top = (four[0] as number) * (1 - fx) + (four[1] as number) * fx;
  return top * (1 - fy) + ((four[2] as number) * (1 - fx) + (four[3] as number) * fx) * fy;
}

function paintBlock(
  scene: C4dScene,
  textures: C4dTextures,
  canvas: StainCanvas,
  block: Rect<'l0'>,
  corners: Corners,
  allBodies: Parameters<typeof measureBodies>[0],
  allCapillaries: Parameters<typeof nearestCapillaryPx>[0],
): void {
  const middleX = bilinear(corners.warpX, 0.5, 0.5);
  const middleY = bilinear(corners.warpY, 0.5, 0.5);
  const nearest = measureBodies(allBodies, middleX, middleY, emptyBodyPoint()).d1;
  // Bodies farther than the nearest by twice their influence and twice the block's radius cannot shape a pixel of it.
  const reach = nearest + 2 * INFLUENCE_PX + 2 * BLOCK_PX;
  const bodies = allBodies.filter((body) => bodyDistancePx(body, middleX, middleY) < reach);
  const [cx, cy] = [block.x + BLOCK_PX / 2, block.y + BLOCK_PX / 2];
  const capillaries = allCapillaries.filter((c) => capillaryDistancePx(c, cx, cy) < INFLUENCE_PX + BLOCK_PX);
  const point = emptyBodyPoint();
  const pixel: StainPixel = { haematoxylin: 0, second: 0 };
  for (let row = 0; row < BLOCK_PX; row++) {
    const y = block.y + row;
    let o = (y - canvas.y0) * canvas.width + block.x - canvas.x0;
    for (let column = 0; column < BLOCK_PX; column++, o++) {
      const x = block.x + column;
      const fx = column / BLOCK_PX;
      const fy = row / BLOCK_PX;
      const cloud = textureAt(textures.cloud, x, y);
      const slow = textureAt(textures.cloud, (x * 2 - y) >> 2, (y * 2 + x) >> 2);
      const cover = clamp01((bilinear(corners.tissue, fx, fy) + 8 * slow + 4 * cloud) * 0.3);
      if (cover === 0) continue;
      const wx = bilinear(corners.warpX, fx, fy);
      const wy = bilinear(corners.warpY, fx, fy);
      measureBodies(bodies, wx, wy, point);
      const capillaryPx = nearestCapillaryPx(capillaries, x, y);
      const depth = bodyDepthPx(point, bilinear(corners.gap, fx, fy), capillaryPx);
      const fine = textureAt(textures.grain, x * 3 + y, y * 3 - x);
      const place = { x, y, wx, wy, depth, cloud, slow, fine };
      stainInterstitium(scene, place, pixel);
      const body = point.nearest;
      if (body !== null && depth > -3) {
        const inside = smoothstep(-1.5, 1.5, depth);
        const h = pixel.haematoxylin;
        const d = pixel.second;
        if (body.kind === 'glomerulus') stainGlomerulus(scene, textures, body, place, pixel);
        else if (body.kind === 'proximal' || body.kind === 'distal') stainTubule(scene, body, place, pixel);
        else stainVessel(scene, textures, body, place, pixel);
        pixel.haematoxylin = h + (pixel.haematoxylin - h) * inside;
        pixel.second = d + (pixel.second - d) * inside;
      }
      canvas.haematoxylin[o] = Math.max(0, pixel.haematoxylin) * cover;
      canvas.second[o] = Math.max(0, pixel.second) * cover;
    }
  }
}
