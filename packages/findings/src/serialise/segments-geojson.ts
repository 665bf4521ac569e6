import { classColours, type Segment } from '@gigascope/contracts';
import { roundCoordinate as round } from './coordinate.ts';
import { writeFeatureCollection } from './feature-collection.ts';

/**
 * Writes segments as GeoJSON that QuPath (0.4 and later) opens, in pieces of text: polygons with holes, as detections when each is an
 * object such as a nucleus, else as annotations. Coordinates are level-0 pixels, not degrees: QuPath's convention, outside RFC 7946;
 * by their numbers shells turn as that standard wants (positive shoelace sum), which on the screen, y down, is clockwise.
 */
export function segmentsGeoJson(
  segments: Iterable<Segment> | AsyncIterable<Segment>,
  { classes, objects }: { readonly classes: readonly string[]; readonly objects: boolean },
): AsyncGenerator<string, void, undefined> {
  const colours = classColours(classes.slice(1));
  return writeFeatureCollection(segments, (segment) => ({
    type: 'Feature',
    geometry: { type: 'Polygon', coordinates: segment.rings.map(closedRing) },
    properties: {
      objectType: objects ? 'detection' : 'annotation',
      isLocked: false,
      classification: { name: segment.class, color: colours.get(segment.class) },
      measurements: { Probability: segment.probability, 'Area µm^2': segment.areaUm2 },
    },
  }));
}

function closedRing(ring: readonly number[]): [number, number][] {
  const points = Array.from({ length: ring.length / 2 }, (_, k): [number, number] => [
    round(ring[2 * k] as number),
    round(ring[2 * k + 1] as number),
  ]);
  return [...points, ...points.slice(0, 1)];
}
