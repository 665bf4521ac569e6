import { classColours, type Detection } from '@gigascope/contracts';
import { roundCoordinate as round } from './coordinate.ts';
import { writeFeatureCollection } from './feature-collection.ts';

/**
 * Writes detections as GeoJSON that QuPath (0.4 and later) opens as detections, each a rectangle, in pieces of text.
 * Coordinates are level-0 pixels, not degrees: QuPath's convention, outside RFC 7946. `classes` are the manifest's.
 */
export function detectionsGeoJson(
  detections: Iterable<Detection> | AsyncIterable<Detection>,
  classes: readonly string[],
): AsyncGenerator<string, void, undefined> {
  const colours = classColours(classes);
  return writeFeatureCollection(detections, (detection) => ({
    type: 'Feature',
    geometry: { type: 'Polygon', coordinates: [rectangle(detection)] },
    properties: {
      objectType: 'detection',
      isLocked: false,
      classification: { name: detection.class, color: colours.get(detection.class) },
      measurements: { Probability: detection.probability },
    },
  }));
}

/** The shoelace sum is positive, as of every shell here: clockwise on the screen, whose y points down. */
function rectangle({ x0L0, y0L0, x1L0, y1L0 }: Detection): readonly (readonly [number, number])[] {
  const [x0, y0, x1, y1] = [round(x0L0), round(y0L0), round(x1L0), round(y1L0)];
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
    [x0, y0],
  ];
}
