import {
  GigascopeError,
  type GridSummary,
  type Point,
  type Rect,
  type SlideMetadata,
  type Spacing,
} from '@gigascope/contracts';
import { type Axes, heatToTarget, targetToL0 } from './pyramid.ts';
import { createLattice, type TargetLattice } from './target-lattice.ts';

/** The cells over one slide, and where each one's patch lies (DESIGN.md section 3). One heatmap pixel per cell. */
export interface PatchGrid {
  readonly columns: number;
  readonly rows: number;
  readonly stridePx: number;
  readonly patchSizePx: number;
  readonly targetMpp: number;
  readonly widthL0: number;
  readonly heightL0: number;
  /** Side of a cell in level-0 pixels. */
  readonly cellL0: Axes;
  /** Target pixels that patches reach beyond their cell: left and top, right and bottom (85 and 86 for 299 over 128). */
  readonly haloPx: { readonly before: number; readonly after: number };
  /** Which level is read and how it is resampled to target pixels. */
  readonly lattice: TargetLattice;
  /** The slide is coarser than the model by over 10 %: patches are enlarged, and the result must say so. */
  readonly resolutionLow: boolean;
  /** What result.json says of the grid. */
  readonly summary: GridSummary;
}

const RESOLUTION_LOW_RATIO = 1.1;

export interface PatchGridOptions {
  readonly metadata: Pick<SlideMetadata, 'levels' | 'widthL0' | 'heightL0'>;
  readonly spacing: Spacing;
  readonly targetMpp: number;
  readonly patchSizePx: number;
  readonly stridePx: number;
}

/** Lays a grid over the whole slide, odd sizes and slides smaller than a patch included. */
export function createPatchGrid(options: PatchGridOptions): PatchGrid {
  const { metadata, spacing, targetMpp, patchSizePx, stridePx } = options;
  if (!(targetMpp > 0) || !isCount(patchSizePx) || !isCount(stridePx)) {
    throw new GigascopeError('ARGUMENT_INVALID', `patch ${patchSizePx} px, stride ${stridePx} px, ${targetMpp} µm/px`);
  }
  const lattice = createLattice(metadata, { x: spacing.x / targetMpp, y: spacing.y / targetMpp });
  const before = Math.floor((patchSizePx - stridePx) / 2);
  const summary = {
    columns: Math.ceil(lattice.width / stridePx),
    rows: Math.ceil(lattice.height / stridePx),
    stridePx,
    patchSizePx,
    targetMpp,
    cellL0: { x: stridePx / lattice.targetPerL0.x, y: stridePx / lattice.targetPerL0.y },
  };
  return {
    ...summary,
    summary,
    widthL0: metadata.widthL0,
    heightL0: metadata.heightL0,
    haloPx: { before: Math.max(0, before), after: Math.max(0, patchSizePx - stridePx - before) },
    lattice,
    resolutionLow: Math.max(spacing.x, spacing.y) > targetMpp * RESOLUTION_LOW_RATIO,
  };
}

/** Centre of a cell, clamped to the centres of the slide's outermost pixels. */
export function cellCentreL0(grid: PatchGrid, colHeat: number, rowHeat: number): Point<'l0'> {
  const centre = targetToL0(
    heatToTarget({ x: colHeat + 0.5, y: rowHeat + 0.5 }, grid.stridePx),
    grid.lattice.targetPerL0,
  );
  return {
    x: Math.min(centre.x, grid.widthL0 - 0.5),
    y: Math.min(centre.y, grid.heightL0 - 0.5),
  };
}

/** The cell's square, cut off at the slide's border; fractional level-0 pixels. */
export function cellRectL0(grid: PatchGrid, colHeat: number, rowHeat: number): Rect<'l0'> {
  const x = Math.min(colHeat * grid.cellL0.x, grid.widthL0);
  const y = Math.min(rowHeat * grid.cellL0.y, grid.heightL0);
  return {
    x,
    y,
    width: Math.min((colHeat + 1) * grid.cellL0.x, grid.widthL0) - x,
    height: Math.min((rowHeat + 1) * grid.cellL0.y, grid.heightL0) - y,
  };
}

/** First target pixel of a cell's patch: i · stride − floor((patch − stride) / 2), negative at the slide's border. */
export function patchOriginTarget(grid: PatchGrid, colHeat: number, rowHeat: number): Point<'target'> {
  const offset = Math.floor((grid.patchSizePx - grid.stridePx) / 2);
  return { x: colHeat * grid.stridePx - offset, y: rowHeat * grid.stridePx - offset };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
