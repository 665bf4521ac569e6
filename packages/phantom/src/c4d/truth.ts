import type { PolygonL0 } from '../polygon.ts';
import { type BoxL0, boxOf, type CapillaryClass } from './capillary.ts';
import { FIELD_PX } from './lay-capillaries.ts';
import type { C4dScene } from './scene.ts';
import { C4D_MPP } from './units.ts';

/** One capillary as drawn. Coordinates are level-0 pixels; the box is tight around the outline of the wall's outer border. */
export interface CapillaryTruth extends BoxL0 {
  readonly class: CapillaryClass;
  readonly outline: PolygonL0;
}

/**
 * What a C4d phantom holds. Which capillaries count: all, since none is laid in a field (of the lattice of `fieldPx`
 * squares from (0, 0) on) that `describeField` calls not feasible. So the ratio is that over feasible fields.
 */
export interface C4dTruth {
  readonly capillaries: readonly CapillaryTruth[];
  readonly positive: number;
  readonly negative: number;
  /** positive / (positive + negative); null without any capillary. */
  readonly ratio: number | null;
  /** Banff C4d score of the ratio; null without any capillary. */
  readonly grade: 0 | 1 | 2 | 3 | null;
  readonly fieldPx: number;
}

/** Banff's C4d score of the share of positive peritubular capillaries (Racusen et al. 2003, as Kim et al. 2019 state it). */
export function banffC4dGrade(ratio: number): 0 | 1 | 2 | 3 {
  if (ratio === 0) return 0;
  if (ratio < 0.1) return 1;
  return ratio <= 0.5 ? 2 : 3;
}

/** States what a scene holds. */
export function c4dTruthOf(scene: C4dScene): C4dTruth {
  const capillaries = scene.capillaries.map((c) => ({ class: c.class, outline: c.outline, ...boxOf(c.outline) }));
  const positive = capillaries.filter((c) => c.class === 'positive').length;
  const negative = capillaries.length - positive;
  const ratio = capillaries.length === 0 ? null : positive / capillaries.length;
  const grade = ratio === null ? null : banffC4dGrade(ratio);
  return { capillaries, positive, negative, ratio, grade, fieldPx: FIELD_PX };
}

const COLOURS = { positive: [150, 75, 0], negative: [60, 110, 220] } as const;

/** Writes the truth as GeoJSON (RFC 7946) in level-0 pixels, with the properties by which QuPath takes annotations. */
export function c4dTruthToGeoJson(scene: C4dScene): string {
  const { capillaries, ...counts } = c4dTruthOf(scene);
  const features = capillaries.map((c, index) => ({
    type: 'Feature',
    geometry: {
      type: 'Polygon',
      coordinates: [[...c.outline, ...c.outline.slice(0, 1)].map((p) => [p.x, p.y])],
    },
    properties: {
      objectType: 'annotation',
      name: `capillary ${index + 1}`,
      classification: { name: c.class, color: COLOURS[c.class] },
      class: c.class,
      box: [c.x0L0, c.y0L0, c.x1L0, c.y1L0],
      feasible: true,
    },
  }));
  const phantom = { seed: scene.seed, widthPx: scene.widthPx, heightPx: scene.heightPx, mpp: C4D_MPP };
  return `${JSON.stringify({ type: 'FeatureCollection', phantom, properties: counts, features })}\n`;
}
