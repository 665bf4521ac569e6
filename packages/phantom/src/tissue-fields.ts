import type { Rect } from '@gigascope/contracts';
import { hashPoint, unit } from './hash.ts';
import { type LesionShape, lesionDepthPx } from './lesion.ts';
import { clamp01, cloudNoise, smoothstep, valueNoise } from './noise.ts';
import { type LymphNode, type MetastasisScene, nodeDepthPx } from './scene.ts';
import type { ScratchFloats } from './scratch-floats.ts';
import { umToPx } from './units.ts';

/** Distance between the points at which the tissue's make-up is worked out; between them it is interpolated. */
export const LATTICE_PX = 8;

/** The tissue's make-up at one point. Shares run 0 … 1, depths are in pixels, positive inside. */
export interface TissuePoint {
  /** Depth below the outer edge of everything on the glass, fat included. */
  tissuePx: number;
  /** Depth inside the lesion at hand, −1e4 where none is near. */
  lesionPx: number;
  fat: number;
  stroma: number;
  sinus: number;
  germinal: number;
  /** Chance that a place in the lymphocyte packing is taken. */
  lymphocytes: number;
  /** How dark and tight the lymphocytes are: 1 usual, above in aggregates and mantle zones. */
  darkness: number;
  /** Hollow spaces of glands in a lesion. */
  lumen: number;
  /** Phase of the fibre bands; its gradient runs across the fibres. */
  fibrePhase: number;
  histiocytes: number;
}

export function emptyTissuePoint(): TissuePoint {
  return {
    tissuePx: 0,
    lesionPx: 0,
    fat: 0,
    stroma: 0,
    sinus: 0,
    germinal: 0,
    lymphocytes: 0,
    darkness: 1,
    lumen: 0,
    fibrePhase: 0,
    histiocytes: 0,
  };
}

/** The parts of the scene that can reach a rectangle, so that far ones cost nothing per point. */
export interface Neighbourhood {
  readonly nodes: readonly LymphNode[];
  readonly lesions: readonly LesionShape[];
}

/** Finds what lies near a level-0 rectangle; no nodes means bare glass. */
export function neighbourhoodOf(scene: MetastasisScene, x0: number, y0: number, x1: number, y1: number): Neighbourhood {
  const near = (x: number, y: number, reach: number) =>
    x + reach > x0 && x - reach < x1 && y + reach > y0 && y - reach < y1;
  return {
    nodes: scene.nodes.filter((n) => {
      const larger = Math.max(n.radiusXPx, n.radiusYPx);
      const stretch = larger / Math.min(n.radiusXPx, n.radiusYPx);
      return near(n.xL0, n.yL0, larger * 1.25 + (scene.tissue.fatWidthPx * 1.7 + 60) * stretch);
    }),
    lesions: scene.lesions.filter((l) => near(l.xL0, l.yL0, l.reachPx + 400)),
  };
}

/** 1 at the middle of a hashed round body, 0 at its uneven rim, negative outside. Bodies of one layer keep to their grid. */
function bodyDepth(
  seed: number,
  pitchPx: number,
  presence: number,
  rMin: number,
  rMax: number,
  x: number,
  y: number,
): number {
  const column = Math.floor(x / pitchPx);
  const row = Math.floor(y / pitchPx);
  let best = -1;
  for (let j = row - 1; j <= row + 1; j++) {
    for (let i = column - 1; i <= column + 1; i++) {
      const hash = hashPoint(seed, i, j);
      if (unit(hash, 0) >= presence) continue;
      const radius = rMin + (rMax - rMin) * unit(hash, 1);
      const dx = x - (i + 0.25 + 0.5 * unit(hash, 2)) * pitchPx;
      const dy = y - (j + 0.25 + 0.5 * unit(hash, 3)) * pitchPx;
      if (dx * dx + dy * dy > 2.2 * radius * radius) continue;
      const angle = 6.3 * unit(hash, 4);
      const u = dx * Math.cos(angle) + dy * Math.sin(angle);
      const v = (dy * Math.cos(angle) - dx * Math.sin(angle)) * (1 + 0.35 * unit(hash, 5));
      const depth = 1 - Math.sqrt(u * u + v * v) / radius;
      if (depth > best) best = depth;
    }
  }
  return best;
}

/** Works out the tissue's make-up at a level-0 point; a pure function of scene and point. */
export function describeTissue(
  scene: MetastasisScene,
  near: Neighbourhood,
  x: number,
  y: number,
  out: TissuePoint,
): TissuePoint {
  const { seed, tissue } = scene;
  let depth = -1e5;
  let coreShare = 0;
  for (const node of near.nodes) {
    const d = nodeDepthPx(node, x, y);
    if (d > depth) {
      depth = d;
      coreShare = d / Math.min(node.radiusXPx, node.radiusYPx);
    }
  }
  let lesionPx = -1e4;
  let lesion: LesionShape | null = null;
  for (const candidate of near.lesions) {
    const d = lesionDepthPx(candidate, x, y);
    if (d > lesionPx) {
      lesionPx = d;
      lesion = candidate;
    }
  }
  const wide = cloudNoise(seed + 11, x / umToPx(420), y / umToPx(420));
  const rim = tissue.fatWidthPx * (0.75 + 0.8 * wide);
  out.tissuePx = Math.max(depth, depth + rim);
  out.lesionPx = lesionPx;
  out.fat = out.stroma = out.sinus = out.germinal = out.lymphocytes = out.lumen = out.histiocytes = 0;
  out.darkness = 1;
  out.fibrePhase = 0;
  if (out.tissuePx < -40) return out;

  const middle = cloudNoise(seed + 12, x / umToPx(95), y / umToPx(95));
  out.fibrePhase =
    26 * valueNoise(seed + 13, x / umToPx(170), y / umToPx(170)) +
    7 * valueNoise(seed + 14, x / umToPx(48), y / umToPx(48));

  // Outside the capsule: fat with strands of connective tissue.
  const outside = 1 - smoothstep(-8, 8, depth);
  const ridge = valueNoise(seed + 19, x / umToPx(260), y / umToPx(260)) + 0.14 * middle;
  const strands = 1 - smoothstep(0.03 + 0.05 * Math.max(0, wide), 0.1 + 0.1 * Math.max(0, wide), Math.abs(ridge));
  const capsule = tissue.capsulePx * (1 + 0.7 * middle);
  const inCapsule = (1 - outside) * (1 - smoothstep(capsule - 10, capsule + 10, depth));
  const hilum = tissue.fatInfiltration * smoothstep(0.35, 0.6, wide) * smoothstep(0.1, 0.25, coreShare);
  out.fat = Math.max(outside * (1 - strands), hilum * (1 - strands));

  // Sinuses: below the capsule, and a net in the medulla.
  const core = tissue.medulla * smoothstep(0.3, 0.62, coreShare + 0.3 * wide);
  const net = valueNoise(seed + 15, x / umToPx(62), y / umToPx(62)) + 0.35 * middle;
  const subcapsular =
    smoothstep(capsule, capsule + 12, depth) * (1 - smoothstep(capsule + 40, capsule + 110 + 70 * middle, depth));
  const medullary = core * (1 - smoothstep(0.1, 0.3, Math.abs(net)));
  out.sinus = Math.max(subcapsular * (0.45 + 0.5 * middle), medullary) * (1 - outside);

  // Trabeculae: rare bands of collagen.
  const bands = valueNoise(seed + 16, x / umToPx(330), y / umToPx(330)) + 0.1 * middle;
  const trabecula = (1 - smoothstep(0.015, 0.045, Math.abs(bands))) * smoothstep(-0.1, 0.25, wide);
  out.stroma = Math.max(inCapsule, outside * strands, trabecula * (1 - outside));

  // Follicles with germinal centres in the cortex; dense aggregates anywhere: the decoys.
  const edge = 0.12 * middle;
  const follicle = bodyDepth(seed + 17, umToPx(620), 0.75, umToPx(120), umToPx(270), x, y) + edge;
  const cortex = (1 - core) * smoothstep(capsule + 30, capsule + 150, depth);
  const germinal = smoothstep(0.38, 0.46, follicle) * cortex;
  const mantle = smoothstep(-0.02, 0.08, follicle) * cortex * (1 - germinal);
  const aggregate =
    smoothstep(0, 0.12, bodyDepth(seed + 18, umToPx(760), 0.6, umToPx(70), umToPx(300), x, y) + 1.5 * edge) *
    (1 - outside);
  out.germinal = germinal * (1 - out.sinus) * (1 - out.stroma);
  out.darkness = 1 + 0.16 * mantle + 0.28 * aggregate * (1 - germinal);
  const packed = 0.8 + 0.14 * middle + 0.2 * mantle + 0.25 * aggregate - 0.25 * core;
  out.lymphocytes = clamp01(packed) * (1 - out.sinus * 0.86) * (1 - out.germinal * 0.82) * (1 - outside);
  // Sheets of histiocytes: pink like a metastasis from afar, with small bland nuclei; the decoy for colour.
  const sheet =
    smoothstep(0, 0.14, bodyDepth(seed + 20, umToPx(880), 0.35, umToPx(60), umToPx(210), x, y) + 1.6 * edge) *
    (1 - outside) *
    (1 - out.stroma) *
    (1 - out.germinal);
  out.lymphocytes *= 1 - 0.85 * sheet;
  out.sinus *= 1 - sheet;
  out.histiocytes =
    clamp01(0.05 + 0.95 * sheet + 0.5 * out.sinus + 0.12 * smoothstep(0.2, 0.6, wide) + 0.08 * germinal) *
    (1 - outside);

  if (lesion !== null && lesionPx > -60) {
    const here = smoothstep(-6, 6, lesionPx);
    const septa =
      valueNoise(lesion.seed, x / umToPx(58), y / umToPx(58)) +
      0.3 * valueNoise(lesion.seed + 1, x / umToPx(22), y / umToPx(22));
    const width = lesion.pattern === 'infiltrating' ? 0.16 : lesion.pattern === 'solid' ? 0.05 : 0.09;
    const septum = 1 - smoothstep(width, width + 0.08, Math.abs(septa));
    const keep = smoothstep(4, 30, lesionPx);
    out.stroma = out.stroma * (1 - here) + here * keep * septum;
    out.sinus *= 1 - here;
    out.fat *= 1 - here;
    out.germinal *= 1 - here;
    const infiltrate = 0.05 + 0.35 * smoothstep(0.45, 0.8, middle) * (lesion.pattern === 'infiltrating' ? 1 : 0.6);
    out.lymphocytes = out.lymphocytes * (1 - here) + here * infiltrate;
    out.histiocytes *= 1 - here;
    if (lesion.pattern === 'glandular') {
      const gland = bodyDepth(lesion.seed + 2, umToPx(95), 0.8, umToPx(8), umToPx(30), x, y);
      out.lumen = smoothstep(0, 0.15, gland + 0.15 * middle) * smoothstep(40, 80, lesionPx) * (1 - septum);
    }
  }
  const dense = Math.max(out.stroma, out.fat);
  out.lymphocytes *= 1 - 0.93 * dense;
  out.histiocytes *= 1 - dense;
  return out;
}

/** Rows of lattice points over a rectangle, one array per property of TissuePoint. */
export interface TissueLattice {
  /** Index of the first lattice column and row: level-0 x = column · LATTICE_PX. */
  readonly column0: number;
  readonly row0: number;
  readonly columns: number;
  readonly rows: number;
  readonly at: { readonly [K in keyof TissuePoint]: Float32Array<ArrayBuffer> };
}

/** Works out the make-up on all lattice points of a level-0 rectangle, its right and lower border included. */
export function layLattice(scene: MetastasisScene, around: Rect<'l0'>, scratch: ScratchFloats): TissueLattice {
  const { x: x0, y: y0 } = around;
  const x1 = x0 + around.width;
  const y1 = y0 + around.height;
  const column0 = Math.floor(x0 / LATTICE_PX);
  const row0 = Math.floor(y0 / LATTICE_PX);
  const columns = Math.ceil(x1 / LATTICE_PX) - column0 + 1;
  const rows = Math.ceil(y1 / LATTICE_PX) - row0 + 1;
  const near = neighbourhoodOf(scene, x0 - LATTICE_PX, y0 - LATTICE_PX, x1 + LATTICE_PX, y1 + LATTICE_PX);
  const plane = (name: keyof TissuePoint) => scratch.take(name, columns * rows);
  const at = {
    tissuePx: plane('tissuePx'),
    lesionPx: plane('lesionPx'),
    fat: plane('fat'),
    stroma: plane('stroma'),
    sinus: plane('sinus'),
    germinal: plane('germinal'),
    lymphocytes: plane('lymphocytes'),
    darkness: plane('darkness'),
    lumen: plane('lumen'),
    fibrePhase: plane('fibrePhase'),
    histiocytes: plane('histiocytes'),
  };
  const point = emptyTissuePoint();
  const names = Object.keys(at) as (keyof TissuePoint)[];
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      describeTissue(scene, near, (column0 + i) * LATTICE_PX, (row0 + j) * LATTICE_PX, point);
      for (const name of names) at[name][j * columns + i] = point[name];
    }
  }
  return { column0, row0, columns, rows, at };
}
