import type { Lesion } from '@gigascope/contracts';

/** Names a pathologist reads, and colours of Okabe and Ito (2008), which colour-blind people tell apart. */
const CLASSES = {
  itc: { name: 'Isolated tumour cells', color: [86, 180, 233] },
  micro: { name: 'Micrometastasis', color: [230, 159, 0] },
  macro: { name: 'Macrometastasis', color: [213, 94, 0] },
} as const satisfies Record<Lesion['sizeClass'], { name: string; color: readonly [number, number, number] }>;

/**
 * Writes lesions as GeoJSON that QuPath (0.4 and later) opens as point annotations.
 * Coordinates are level-0 pixels, not degrees: QuPath's convention, outside RFC 7946.
 */
export function formatLesionsGeoJson(lesions: readonly Lesion[]): string {
  const features = lesions.map((lesion) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lesion.xL0, lesion.yL0] },
    properties: {
      objectType: 'annotation',
      name: `Lesion ${lesion.rank}`,
      classification: CLASSES[lesion.sizeClass],
      measurements: {
        Probability: lesion.probability,
        'Longest diameter µm': lesion.diameterUm,
        'Longest diameter uncertainty µm': lesion.diameterUncertaintyUm,
        'Area µm^2': lesion.areaUm2,
      },
    },
  }));
  return `${JSON.stringify({ type: 'FeatureCollection', features }, null, 2)}\n`;
}
