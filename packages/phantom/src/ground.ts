import { hashPoint, unit } from './hash.ts';
import { clamp01, TEXTURE_SIDE_PX, tileableTexture } from './noise.ts';
import type { MetastasisScene } from './scene.ts';
import type { ScratchFloats } from './scratch-floats.ts';
import type { StainCanvas } from './stain-canvas.ts';
import { LATTICE_PX, type TissueLattice } from './tissue-fields.ts';
import { umToPx } from './units.ts';

const WRAP = TEXTURE_SIDE_PX - 1;
/** Properties that are interpolated from the lattice to every pixel. */
const PLANES = 7;

/** The fine structure between cells: tileable textures, read along different lattices so that no repeat shows. */
export interface GroundTextures {
  readonly cloud: Float32Array<ArrayBuffer>;
  readonly grain: Float32Array<ArrayBuffer>;
}

export function makeGroundTextures(seed: number): GroundTextures {
  return { cloud: tileableTexture(seed + 201, 32, 4), grain: tileableTexture(seed + 202, 8, 3) };
}

/** Stain of what lies between the cells, worked out at the lattice's points. */
function layGround(lattice: TissueLattice, scratch: ScratchFloats) {
  const { at } = lattice;
  const count = at.fat.length;
  const haematoxylin = scratch.take('ground haematoxylin', count);
  const eosin = scratch.take('ground eosin', count);
  const gaps = scratch.take('ground gaps', count);
  for (let i = 0; i < count; i++) {
    const tumour = clamp01((at.lesionPx[i] as number) / 8);
    const stroma = at.stroma[i] as number;
    const sinus = at.sinus[i] as number;
    const germinal = at.germinal[i] as number;
    const rest = Math.max(0, 1 - stroma - germinal - tumour * (1 - stroma));
    const open = (1 - 0.75 * sinus) * (1 - 0.96 * (at.lumen[i] as number));
    eosin[i] = (0.1 * stroma + 0.2 * germinal + 0.24 * tumour * (1 - stroma) + 0.17 * rest) * open;
    haematoxylin[i] = (0.03 * stroma + 0.1 * germinal + 0.07 * tumour * (1 - stroma) + 0.075 * rest) * open;
    gaps[i] = clamp01(0.75 * rest + 0.6 * sinus + 0.35 * germinal + 0.22 * tumour + 0.15 * stroma);
  }
  return { haematoxylin, eosin, gaps };
}

/** Colours the canvas with everything that is no cell: cytoplasm, fibres, gaps, fat. The canvas must lie on the lattice. */
export function drawGround(
  scene: MetastasisScene,
  lattice: TissueLattice,
  textures: GroundTextures,
  canvas: StainCanvas,
  scratch: ScratchFloats,
): void {
  const { at, columns, column0, row0 } = lattice;
  const ground = layGround(lattice, scratch);
  const { cloud, grain } = textures;
  const fibrous = scene.tissue.fibrousness;
  const value = new Float64Array(PLANES);
  const step = new Float64Array(PLANES);
  const planes = [at.tissuePx, ground.haematoxylin, ground.eosin, ground.gaps, at.stroma, at.fibrePhase, at.fat];
  const blockColumns = canvas.width / LATTICE_PX;
  const blockRows = canvas.height / LATTICE_PX;
  for (let blockRow = 0; blockRow < blockRows; blockRow++) {
    for (let blockColumn = 0; blockColumn < blockColumns; blockColumn++) {
      const bx = canvas.x0 + blockColumn * LATTICE_PX;
      const by = canvas.y0 + blockRow * LATTICE_PX;
      const nw = (by / LATTICE_PX - row0) * columns + bx / LATTICE_PX - column0;
      const ne = nw + 1;
      const sw = nw + columns;
      const se = sw + 1;
      const edge = at.tissuePx;
      if (Math.max(edge[nw] as number, edge[ne] as number, edge[sw] as number, edge[se] as number) < -30) continue;
      const fatHere = Math.max(at.fat[nw] as number, at.fat[ne] as number, at.fat[sw] as number, at.fat[se] as number);
      const fatCells = fatHere > 0.02 ? adipocytesNear(scene.seed, bx, by) : null;
      const stromaHere = Math.max(
        at.stroma[nw] as number,
        at.stroma[ne] as number,
        at.stroma[sw] as number,
        at.stroma[se] as number,
      );
      for (let y = 0; y < LATTICE_PX; y++) {
        const py = by + y;
        const fy = y / LATTICE_PX;
        for (let k = 0; k < PLANES; k++) {
          const plane = planes[k] as Float32Array;
          const left = (plane[nw] as number) * (1 - fy) + (plane[sw] as number) * fy;
          value[k] = left;
          step[k] = ((plane[ne] as number) * (1 - fy) + (plane[se] as number) * fy - left) / LATTICE_PX;
        }
        const edge0 = value[0] as number;
        const edgeStep = step[0] as number;
        const h0 = value[1] as number;
        const hStep = step[1] as number;
        const e0 = value[2] as number;
        const eStep = step[2] as number;
        const gap0 = value[3] as number;
        const gapStep = step[3] as number;
        let o = (py - canvas.y0) * canvas.width + bx - canvas.x0;
        const cloudRow = (py & WRAP) << 9;
        for (let x = 0; x < LATTICE_PX; x++, o++) {
          const px = bx + x;
          const t1 = cloud[cloudRow | (px & WRAP)] as number;
          const t2 = grain[(((py * 3 - px) & WRAP) << 9) | ((px * 3 + py) & WRAP)] as number;
          const t3 = cloud[((((px * 5 - py * 2) >> 2) & WRAP) << 9) | (((py * 5 + px * 2) >> 2) & WRAP)] as number;
          const cover = clamp01((edge0 + edgeStep * x + 12 * t3 + 4 * t1) * 0.25);
          if (cover === 0) continue;
          let e = (e0 + eStep * x) * (1 + 0.4 * t3 + 0.3 * t2);
          let h = (h0 + hStep * x) * (1 + 0.5 * t3 + 0.4 * t2);
          if (stromaHere > 0.02) {
            const stroma = (value[4] as number) + (step[4] as number) * x;
            const phase = (value[5] as number) + (step[5] as number) * x + 0.8 * t3 + 0.3 * t1;
            const wave = Math.abs(phase - Math.floor(phase) - 0.5) * 2;
            // Bundles: bands that come and go, so that no wood grain shows.
            const bundle = fibrous * clamp01(0.55 + 1.1 * t3) * wave * wave;
            e += stroma * (0.2 + 0.1 * t3 + 0.3 * bundle + 0.08 * t2);
            h += stroma * 0.04 * wave;
          }
          // Shrinkage opens white gaps where the texture is low.
          const gap = (gap0 + gapStep * x) * clamp01((-0.1 - t1 - 0.35 * t3) * 3.2);
          e *= 1 - 0.9 * gap;
          h *= 1 - 0.9 * gap;
          if (fatCells !== null) {
            const fat = (value[6] as number) + (step[6] as number) * x;
            const inside = clamp01((fat - 0.35 + 0.2 * t3) * 5);
            if (inside > 0) {
              const wall = adipocyteWall(fatCells, px + 7 * t3, py + 7 * t1);
              e += ((0.3 + 0.2 * t2) * wall - e) * inside;
              h += (0.06 * wall - h) * inside;
            }
          }
          canvas.second[o] = e * cover;
          canvas.haematoxylin[o] = h * cover;
        }
      }
    }
  }
}

/** Middle points of the fat cells that can matter within one lattice block, x and y alternating. */
function adipocytesNear(seed: number, bx: number, by: number): Float64Array {
  const pitch = umToPx(62);
  const column = Math.floor((bx + LATTICE_PX / 2) / pitch);
  const row = Math.floor((by + LATTICE_PX / 2) / pitch);
  const points = new Float64Array(50);
  let n = 0;
  for (let j = row - 2; j <= row + 2; j++) {
    for (let i = column - 2; i <= column + 2; i++) {
      const hash = hashPoint(seed + 210, i, j);
      points[n++] = (i + 0.12 + 0.76 * unit(hash, 0)) * pitch;
      points[n++] = (j + 0.12 + 0.76 * unit(hash, 1)) * pitch;
    }
  }
  return points;
}

/** 1 in the wall between two fat cells, 0 in their vacuoles; thicker where three meet. */
function adipocyteWall(points: Float64Array, x: number, y: number): number {
  let d1 = 1e12;
  let d2 = 1e12;
  let d3 = 1e12;
  for (let k = 0; k < points.length; k += 2) {
    const dx = (points[k] as number) - x;
    const dy = (points[k + 1] as number) - y;
    const d = dx * dx + dy * dy;
    if (d < d1) {
      d3 = d2;
      d2 = d1;
      d1 = d;
    } else if (d < d2) {
      d3 = d2;
      d2 = d;
    } else if (d < d3) d3 = d;
  }
  const first = Math.sqrt(d1);
  const between = Math.sqrt(d2) - first;
  const corner = Math.sqrt(d3) - first;
  return clamp01((8 - between) * 0.25) * 0.85 + clamp01((58 - between - corner) * 0.03) * 0.75;
}
