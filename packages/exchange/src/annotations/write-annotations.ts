import type { Point } from '@gigascope/contracts';
import type { Annotation, AnnotationGeometry, Ring } from './annotation.ts';
import { offsetOf, type ReadOptions } from './read-options.ts';

type P = Point<'l0'>;
type Position = readonly [x: number, y: number];

/**
 * Writes annotations as GeoJSON that QuPath and `readQuPathGeoJson` read, numbers to the last digit. Coordinates count from
 * level 0's corner unless another origin is asked for.
 */
export function annotationsGeoJson(
  annotations: readonly Annotation[],
  options: Omit<ReadOptions, 'name'> = {},
): string {
  const from = offsetOf(options, 'l0');
  const features = annotations.map(({ name, class: className, geometry }) =>
    JSON.stringify({
      type: 'Feature',
      geometry: toGeoJson(geometry, from),
      properties: {
        objectType: 'annotation',
        ...(name === null ? {} : { name }),
        ...(className === null ? {} : { classification: { name: className } }),
      },
    }),
  );
  return `{"type":"FeatureCollection","features":[\n${features.join(',\n')}\n]}\n`;
}

function toGeoJson(geometry: AnnotationGeometry, from: P) {
  const position = ({ x, y }: P): Position => [x - from.x, y - from.y];
  const closed = (ring: Ring): Position[] => [...ring, ...ring.slice(0, 1)].map(position);
  switch (geometry.type) {
    case 'points': {
      const [first = [0, 0], ...others] = geometry.points.map(position);
      return others.length === 0
        ? { type: 'Point', coordinates: first }
        : { type: 'MultiPoint', coordinates: [first, ...others] };
    }
    case 'line':
      return { type: 'LineString', coordinates: geometry.points.map(position) };
    case 'polygon':
      return { type: 'Polygon', coordinates: geometry.rings.map(closed) };
    case 'multipolygon':
      return { type: 'MultiPolygon', coordinates: geometry.polygons.map((rings) => rings.map(closed)) };
  }
}
