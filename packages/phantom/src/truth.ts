import type { LesionShape } from './lesion.ts';
import { diameterUmOf, sizeClassOf } from './lesion.ts';
import { areaPx, clipToSlide, type PolygonL0 } from './polygon.ts';
import type { MetastasisScene } from './scene.ts';
import { PHANTOM_MPP } from './units.ts';

/** One lesion as drawn. Coordinates are level-0 pixels, sizes those of the outline inside the slide. */
export interface LesionTruth {
  readonly outline: PolygonL0;
  readonly xL0: number;
  readonly yL0: number;
  /** Longest diameter. */
  readonly diameterUm: number;
  readonly areaUm2: number;
  readonly sizeClass: 'itc' | 'micro' | 'macro';
  readonly pattern: LesionShape['pattern'];
}

/** States what a scene holds: every lesion's outline, cut at the slide's border. */
export function truthOf(scene: MetastasisScene): readonly LesionTruth[] {
  return scene.lesions.map((lesion) => {
    const outline = clipToSlide(lesion.outline, scene.widthPx, scene.heightPx);
    const diameterUm = diameterUmOf(outline);
    const areaUm2 = Math.round(areaPx(outline) * PHANTOM_MPP ** 2);
    const xL0 = Math.min(lesion.xL0, scene.widthPx - 1);
    const yL0 = Math.min(lesion.yL0, scene.heightPx - 1);
    return { outline, xL0, yL0, diameterUm, areaUm2, sizeClass: sizeClassOf(diameterUm), pattern: lesion.pattern };
  });
}

/** Writes the truth as GeoJSON (RFC 7946) in level-0 pixels, with the properties by which QuPath takes annotations. */
export function truthToGeoJson(scene: MetastasisScene): string {
  const features = truthOf(scene).map((lesion, index) => ({
    type: 'Feature',
    geometry: {
      type: 'Polygon',
      coordinates: [[...lesion.outline, ...lesion.outline.slice(0, 1)].map((p) => [p.x, p.y])],
    },
    properties: {
      objectType: 'annotation',
      name: `lesion ${index + 1}`,
      classification: { name: 'Tumor', color: [200, 0, 0] },
      sizeClass: lesion.sizeClass,
      pattern: lesion.pattern,
      measurements: { diameterUm: lesion.diameterUm, areaUm2: lesion.areaUm2 },
      diameterUm: lesion.diameterUm,
    },
  }));
  const phantom = { seed: scene.seed, widthPx: scene.widthPx, heightPx: scene.heightPx, mpp: PHANTOM_MPP };
  return `${JSON.stringify({ type: 'FeatureCollection', phantom, features })}\n`;
}
