import { GigascopeError } from '@gigascope/contracts';
import type { ProbabilityMap } from '../heatmap.ts';
import { labelComponents } from '../raster/connected-components.ts';
import { addCell, type CellRegion, newCellRegion, shapeOf } from './cell-region.ts';
import { FEATURE_COLUMNS, GLOBAL_THRESHOLDS, REGION_FEATURES } from './feature-columns.ts';

/** A slide's features, each with its name. */
export interface SlideFeatures {
  readonly names: readonly string[];
  readonly values: readonly number[];
}

/**
 * Measures a heatmap for the slide-level forest: for each threshold the 30 columns of the published CAMELYON16 feature tables
 * (`FEATURE_COLUMNS`; after Wang et al. 2016, arXiv 1606.05718), the second and further thresholds' names ending in `@threshold`.
 *
 * Regions are cells above the threshold, strictly, that touch by side or corner; one that reaches the heatmap's border is not counted
 * (`clear_border` there). Lengths and areas are in cells, ratios are over the tissue's cells (those that are a number), so a forest
 * serves heatmaps of the stride it was trained with. Without a region all 30 are 0; without a second, smaller one its 10 are 0.
 * Throws ARGUMENT_INVALID for a threshold outside 0 … 1.
 */
export function measureHeatmap(map: ProbabilityMap, thresholds: readonly number[]): SlideFeatures {
  const names = thresholds.flatMap((threshold, k) =>
    FEATURE_COLUMNS.map((name) => (k === 0 ? name : `${name}@${threshold}`)),
  );
  return { names, values: thresholds.flatMap((threshold) => measureAt(map, threshold)) };
}

function measureAt(map: ProbabilityMap, threshold: number): number[] {
  if (!(threshold >= 0 && threshold <= 1)) throw new GigascopeError('ARGUMENT_INVALID', `threshold ${threshold}`);
  const regions = regionsAbove(map, inTypeOf(map, threshold)).filter(({ touchesBorder }) => !touchesBorder);
  const largest = firstLargest(regions);
  if (largest === null) return FEATURE_COLUMNS.map(() => 0);
  const second = firstLargest(regions.filter(({ cells }) => cells < largest.cells));
  const none = REGION_FEATURES.map(() => 0);
  return [...measureWhole(map), ...measureRegion(largest), ...(second === null ? none : measureRegion(second))];
}

/** Shares of the tissue above each threshold, then sums of what stands above it, over the tissue. */
function measureWhole(map: ProbabilityMap): number[] {
  const limits = GLOBAL_THRESHOLDS.map((threshold) => inTypeOf(map, threshold));
  const counts = GLOBAL_THRESHOLDS.map(() => 0);
  const sums = GLOBAL_THRESHOLDS.map(() => 0);
  let tissue = 0;
  for (const value of map.values) {
    if (Number.isNaN(value)) continue;
    tissue++;
    limits.forEach((limit, k) => {
      if (value > limit) counts[k] = (counts[k] as number) + 1;
      sums[k] = (sums[k] as number) + Math.max(0, value - (GLOBAL_THRESHOLDS[k] as number));
    });
  }
  return [...counts, ...sums].map((sum) => sum / tissue);
}

/** In the order of REGION_FEATURES. */
function measureRegion(region: CellRegion): number[] {
  const shape = shapeOf(region);
  return [
    region.cells,
    shape.eccentricity,
    shape.extent,
    shape.widthCells * shape.heightCells,
    shape.majorAxis,
    region.highest,
    region.lowest,
    region.probabilitySum / region.cells,
    shape.heightCells / shape.widthCells,
    shape.solidity,
  ];
}

function regionsAbove({ columns, rows, values }: ProbabilityMap, limit: number): CellRegion[] {
  const data = Uint8Array.from(values, (value) => (value > limit ? 1 : 0));
  const { labels } = labelComponents({ width: columns, height: rows, data });
  const regions: CellRegion[] = [];
  for (let k = 0; k < labels.length; k++) {
    const label = labels[k] as number;
    if (label === 0) continue;
    const x = k % columns;
    const y = (k - x) / columns;
    regions[label - 1] ??= newCellRegion(x, y);
    const region = regions[label - 1] as CellRegion;
    addCell(region, x, y, values[k] as number);
    region.touchesBorder ||= x === 0 || y === 0 || x === columns - 1 || y === rows - 1;
  }
  return regions;
}

/** The largest, of equals the first in row-major order. */
function firstLargest(regions: readonly CellRegion[]): CellRegion | null {
  return regions.reduce<CellRegion | null>(
    (best, region) => (best === null || region.cells > best.cells ? region : best),
    null,
  );
}

/** float32 maps are compared in float32, as NumPy does. */
function inTypeOf({ values }: ProbabilityMap, threshold: number): number {
  return values instanceof Float32Array ? Math.fround(threshold) : threshold;
}
