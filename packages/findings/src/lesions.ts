import type { Lesion, Point } from '@gigascope/contracts';
import { GigascopeError } from '@gigascope/contracts';
import type { ProbabilityMap } from './heatmap.ts';
import type { Peak } from './nms-disc.ts';
import { labelComponents } from './raster/connected-components.ts';
import { measureRegions } from './region-measures.ts';

/** Upper bounds of the size classes, µm: AJCC Cancer Staging Manual, 7th ed. 2010; Ehteshami Bejnordi et al., JAMA 2017. */
const ITC_LIMIT_UM = 200;
const MICRO_LIMIT_UM = 2000;

export interface LesionSettings {
  /** Cells from this probability on make up the regions; the threshold of the NMS. */
  readonly threshold: number;
  /** Side of a cell: stride · target mpp. */
  readonly cellUm: number;
  /** Level-0 position of a cell's centre, clamped to the slide (DESIGN.md section 3). */
  readonly cellCentreL0: (colHeat: number, rowHeat: number) => Point<'l0'>;
}

/**
 * Turns NMS points into lesions, in the same order, ranked from 1.
 *
 * A lesion's region is the 8-connected component of cells ≥ threshold that holds its point. Its longest diameter is the
 * largest distance between two cell centres plus one cell, so n cells in a row measure n cells and a single cell one;
 * each end lies within half a cell, hence ± one cell. Several points may lie in one region (a metastasis wider than the NMS
 * radius): each then carries that region's diameter and area, so areas must not be summed over lesions.
 * Throws INTERNAL for a point below the threshold, which has no region.
 */
export function describeLesions(
  map: ProbabilityMap,
  peaks: readonly Peak[],
  { threshold, cellUm, cellCentreL0 }: LesionSettings,
): Lesion[] {
  const { columns, rows, values } = map;
  const limit = values instanceof Float32Array ? Math.fround(threshold) : threshold;
  const data = Uint8Array.from(values, (value) => (value >= limit ? 1 : 0));
  const components = labelComponents({ width: columns, height: rows, data });
  const regions = measureRegions(components);
  return peaks.map(({ colHeat, rowHeat, probability }, k) => {
    const region = regions[(components.labels[rowHeat * columns + colHeat] as number) - 1];
    if (region === undefined) throw new GigascopeError('INTERNAL', `no region at cell (${colHeat}, ${rowHeat})`);
    const centre = cellCentreL0(colHeat, rowHeat);
    const diameterUm = (region.longestDistance + 1) * cellUm;
    return {
      rank: k + 1,
      xL0: centre.x,
      yL0: centre.y,
      probability,
      diameterUm,
      diameterUncertaintyUm: cellUm,
      areaUm2: region.cells * cellUm * cellUm,
      sizeClass: sizeClassOf(diameterUm),
    };
  });
}

/** The class of a metastasis by its longest diameter: ITC ≤ 200 µm < micro ≤ 2000 µm < macro. */
export function sizeClassOf(diameterUm: number): Lesion['sizeClass'] {
  if (diameterUm <= ITC_LIMIT_UM) return 'itc';
  return diameterUm <= MICRO_LIMIT_UM ? 'micro' : 'macro';
}
