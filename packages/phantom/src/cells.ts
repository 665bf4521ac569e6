import { hashPoint, unit } from './hash.ts';
import { valueNoise } from './noise.ts';
import type { MetastasisScene } from './scene.ts';
import type { Sprite } from './sprite.ts';
import { SPINDLE_ANGLES, type SpriteLibrary } from './sprite-library.ts';
import type { StainCanvas } from './stain-canvas.ts';
import { LATTICE_PX, type TissueLattice } from './tissue-fields.ts';
import { umToPx } from './units.ts';

/** How far beyond a canvas a cell's centre may lie and still colour it; no sprite is twice as wide. */
export const CELL_REACH_PX = 104;

/**
 * Shares below which a kind of cell never occurs. A layer is skipped where no point passes them; the same limit holds
 * for each site, or else what is drawn would depend on how far the canvas reaches.
 */
const LEAST_STROMA = 0.15;
const LEAST_GERMINAL = 0.05;
const LEAST_DARKNESS = 1.02;

/** A plasma cell's body lies beside the nucleus that is drawn over it. */
const PLASMA_CELL_OFFSET_PX = 5;

/** How far from its site a cell of these kinds can colour: a site whose cell is left out shows as a seam. */
function reachOf(offsetPx: number, ...kinds: readonly (readonly Sprite[])[]): number {
  return offsetPx + Math.max(...kinds.flat().map((sprite) => Math.ceil(sprite.sidePx / 2)));
}

/** One layer of cells: sites on a jittered, warped grid that are the same from wherever they are asked. */
interface Layer {
  readonly seed: number;
  readonly pitchPx: number;
  /** 0 … 1 of half the pitch. */
  readonly jitter: number;
}

/** Draws all cells of a canvas in one fixed order, so that any two canvases agree where they overlap. */
export function drawCells(
  scene: MetastasisScene,
  lattice: TissueLattice,
  cells: SpriteLibrary,
  canvas: StainCanvas,
): void {
  const { at, columns, column0, row0 } = lattice;
  const indexAt = (x: number, y: number) =>
    (Math.round(y / LATTICE_PX) - row0) * columns + Math.round(x / LATTICE_PX) - column0;
  const some = (plane: Float32Array, threshold: number) => plane.some((value) => value > threshold);

  const eachSite = (
    layer: Layer,
    reachPx: number,
    visit: (hash: number, x: number, y: number, index: number) => void,
  ) => {
    const { seed, pitchPx, jitter } = layer;
    const rowPitch = pitchPx * 0.87;
    const warp = pitchPx * 0.9;
    const reach = reachPx + warp;
    const lastRow = Math.ceil((canvas.y0 + canvas.height + reach) / rowPitch);
    for (let row = Math.floor((canvas.y0 - reach) / rowPitch); row <= lastRow; row++) {
      const shift = row & 1 ? 0.5 : 0;
      const lastColumn = Math.ceil((canvas.x0 + canvas.width + reach) / pitchPx);
      for (let column = Math.floor((canvas.x0 - reach) / pitchPx) - 1; column <= lastColumn; column++) {
        const hash = hashPoint(seed, column, row);
        const gx = (column + shift + jitter * (unit(hash, 0) - 0.5)) * pitchPx;
        const gy = (row + jitter * (unit(hash, 1) - 0.5)) * rowPitch;
        // A slow warp bends the rows, which the eye would find otherwise.
        const x = Math.round(gx + warp * valueNoise(seed + 1, gx / (pitchPx * 7), gy / (pitchPx * 7)));
        const y = Math.round(gy + warp * valueNoise(seed + 2, gx / (pitchPx * 7), gy / (pitchPx * 7)));
        if (x < canvas.x0 - reachPx || x >= canvas.x0 + canvas.width + reachPx) continue;
        if (y < canvas.y0 - reachPx || y >= canvas.y0 + canvas.height + reachPx) continue;
        const index = indexAt(x, y);
        if ((at.tissuePx[index] as number) > 4) visit(hash, x, y, index);
      }
    }
  };
  const put = (sprites: readonly Sprite[], hash: number, x: number, y: number, opacity: number, darkness = 1) => {
    const sprite = sprites[Math.floor(unit(hash, 10) * sprites.length)] as Sprite;
    canvas.stamp(sprite, x, y, hash & 7, darkness * (0.85 + 0.3 * unit(hash, 11)), opacity);
  };
  const base = scene.seed + 1000;

  if (some(at.stroma, LEAST_STROMA)) {
    eachSite(
      { seed: base + 1, pitchPx: umToPx(11.5), jitter: 0.9 },
      reachOf(0, ...cells.spindles),
      (hash, x, y, index) => {
        const stroma = at.stroma[index] as number;
        if (stroma <= LEAST_STROMA || unit(hash, 2) > stroma * 0.62) return;
        const across = (at.fibrePhase[index + 1] as number) - (at.fibrePhase[index - 1] as number);
        const down = (at.fibrePhase[index + columns] as number) - (at.fibrePhase[index - columns] as number);
        const direction = Math.atan2(across, -down) / Math.PI + 2 + 0.12 * (unit(hash, 3) - 0.5);
        const group = cells.spindles[Math.round(direction * SPINDLE_ANGLES) % SPINDLE_ANGLES] as readonly Sprite[];
        const sprite = group[Math.floor(unit(hash, 10) * group.length)] as Sprite;
        canvas.stamp(sprite, x, y, hash & 8 ? 3 : 0, 0.75 + 0.4 * unit(hash, 11), 0.85);
      },
    );
  }

  const tumourSites = (visit: (hash: number, x: number, y: number, index: number) => void) =>
    eachSite(
      { seed: base + 2, pitchPx: scene.tissue.tumourPitchPx, jitter: 0.68 },
      CELL_REACH_PX,
      (hash, x, y, index) => {
        if ((at.lesionPx[index] as number) < 4 + 14 * unit(hash, 4)) return;
        if ((at.stroma[index] as number) > 0.3 + 0.4 * unit(hash, 5) || (at.lumen[index] as number) > 0.25) return;
        if (unit(hash, 6) < 0.06) return;
        visit(hash, x, y, index);
      },
    );
  const tumour = some(at.lesionPx, 0);
  if (tumour) tumourSites((hash, x, y) => put(cells.tumourBodies, hash, x, y, 1));

  eachSite({ seed: base + 3, pitchPx: umToPx(15), jitter: 0.9 }, CELL_REACH_PX, (hash, x, y, index) => {
    if (unit(hash, 2) > (at.histiocytes[index] as number)) return;
    put(cells.histiocyteBodies, hash, x, y, 0.9);
    put(cells.histiocyteNuclei, hash, x + Math.round(8 * (unit(hash, 3) - 0.5)), y, 0.9);
  });

  if (some(at.germinal, LEAST_GERMINAL)) {
    eachSite(
      { seed: base + 4, pitchPx: umToPx(8.6), jitter: 0.75 },
      reachOf(0, cells.germinalNuclei),
      (hash, x, y, index) => {
        const germinal = at.germinal[index] as number;
        if (germinal > LEAST_GERMINAL && unit(hash, 2) < germinal * 0.9) put(cells.germinalNuclei, hash, x, y, 0.9);
      },
    );
  }

  if (tumour) {
    tumourSites((hash, x, y) => {
      const dark = unit(hash, 7);
      // A few nuclei are shrunken and dark, as real ones are.
      put(cells.tumourNuclei, hash, x, y, 0.9, dark > 0.93 ? 1.9 : 0.85 + 0.4 * dark);
    });
  }

  const packing = scene.tissue.lymphocytePx;
  const packed = reachOf(PLASMA_CELL_OFFSET_PX, cells.plasmaCells, cells.blasts, cells.lymphocytes);
  eachSite({ seed: base + 5, pitchPx: packing * 1.03, jitter: 0.55 }, packed, (hash, x, y, index) => {
    if (unit(hash, 2) > (at.lymphocytes[index] as number)) return;
    const kind = unit(hash, 3);
    if (kind < 0.045) put(cells.blasts, hash, x, y, 0.9);
    else {
      if (kind < 0.09) put(cells.plasmaCells, hash, x + PLASMA_CELL_OFFSET_PX, y, 0.8);
      put(cells.lymphocytes, hash, x, y, 0.96, (at.darkness[index] as number) * (0.8 + 0.35 * unit(hash, 4)));
    }
  });
  if (some(at.darkness, LEAST_DARKNESS)) {
    eachSite(
      { seed: base + 6, pitchPx: packing * 1.3, jitter: 0.9 },
      reachOf(0, cells.lymphocytes),
      (hash, x, y, index) => {
        const darkness = at.darkness[index] as number;
        const extra = (darkness - 1) * 2.6 * (at.lymphocytes[index] as number);
        if (darkness > LEAST_DARKNESS && unit(hash, 2) < extra) put(cells.lymphocytes, hash, x, y, 0.85, darkness);
      },
    );
  }
}
