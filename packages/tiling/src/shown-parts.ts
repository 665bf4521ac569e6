import type { Block } from '@gigascope/contracts';
import { mirrored } from './mirror.ts';
import { type PatchGrid, patchOriginTarget } from './patch-grid.ts';
import { planAxis } from './resample.ts';
import type { ShownParts } from './slide-reader.ts';

/** Level pixels [start, end) of one axis. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Tells of the level that the grid is read from which parts any patch of the block's wanted cells (non-zero in `cells`,
 * row-major of the whole grid) is made of, the mirrored ones at the slide's border included.
 */
export function shownParts(
  grid: PatchGrid,
  { colHeat, rowHeat, columns, rows }: Pick<Block, 'colHeat' | 'rowHeat' | 'columns' | 'rows'>,
  cells: Uint8Array,
): ShownParts {
  const { level, readScale, width, height } = grid.lattice;
  const span = (first: number, slidePx: number, scale: number, levelPx: number): Span => {
    const { low, high } = mirrored(first, grid.patchSizePx, slidePx);
    // Level pixels go up with target pixels, so the outermost two say it all.
    return { start: planAxis(low, low + 1, scale, levelPx).start, end: planAxis(high - 1, high, scale, levelPx).end };
  };
  const across = Array.from({ length: columns }, (_, i) =>
    span(patchOriginTarget(grid, colHeat + i, rowHeat).x, width, readScale.x, level.widthPx),
  );
  const down = Array.from({ length: rows }, (_, i) =>
    span(patchOriginTarget(grid, colHeat, rowHeat + i).y, height, readScale.y, level.heightPx),
  );
  return (rect) =>
    down.some(
      (y, row) =>
        overlaps(y, rect.y, rect.height) &&
        across.some(
          (x, col) => overlaps(x, rect.x, rect.width) && cells[(rowHeat + row) * grid.columns + colHeat + col] !== 0,
        ),
    );
}

function overlaps({ start, end }: Span, first: number, length: number): boolean {
  return start < first + length && end > first;
}
