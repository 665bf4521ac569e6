import type { Rgb } from '@gigascope/contracts';
import type { ExportFormat } from '../export-format.ts';
import { findingColours } from '../finding-colours.ts';
import { type Finding, findingsOf, type Shape } from '../findings.ts';
import { boxRing, doubleArea, pointsOf } from '../rings.ts';
import { oneLine } from '../text/one-line.ts';

/**
 * GeoJSON as QuPath (0.4 and later) reads and writes it: lesions and regions as annotations, boxes and objects as
 * detections. Coordinates are pixels, not degrees, outside RFC 7946.
 *
 * They count from the bounds' corner: QuPath crops a slide to `openslide.bounds-*` when it opens it (unless it was added
 * with `--no-crop`) and takes that corner for (0, 0) (qupath issues 820 and 1278; "Units and origin" in its documentation).
 */
export const qupathGeoJson: ExportFormat = {
  title: 'QuPath objects (GeoJSON)',
  mediaType: 'application/geo+json',
  extension: 'geojson',
  origin: 'bounds',
  async *write(source, origin) {
    const { objects } = source.model;
    const colourOf = findingColours(source);
    yield '{"type":"FeatureCollection","features":[';
    let separator = '\n';
    for await (const finding of findingsOf(source, origin)) {
      yield separator + JSON.stringify(toFeature(finding, colourOf(finding), objects));
      separator = ',\n';
    }
    yield '\n]}\n';
  },
};

function toFeature(
  { kind, name, class: className, probability, shape, measurements }: Finding,
  color: Rgb,
  objects: boolean,
) {
  const isDetection = kind === 'detection' || (kind === 'segment' && objects);
  return {
    type: 'Feature',
    geometry: toGeometry(shape),
    properties: {
      objectType: isDetection ? 'detection' : 'annotation',
      name: oneLine(name),
      // QuPath refuses names of classes that have line breaks or are blank.
      classification: { name: oneLine(className) || 'Unnamed', color },
      isLocked: false,
      measurements: { Probability: probability, ...measurements },
    },
  };
}

function toGeometry(shape: Shape) {
  if (shape.type === 'point') return { type: 'Point', coordinates: [shape.x, shape.y] };
  const rings = shape.type === 'box' ? [boxRing(shape)] : shape.rings;
  return { type: 'Polygon', coordinates: rings.map((ring, k) => closed(ring, k === 0)) };
}

/** RFC 7946: shells turn so that their area is positive, holes the other way; the first point is repeated. */
function closed(ring: readonly number[], isShell: boolean): [number, number][] {
  const points = pointsOf(ring);
  const turned = doubleArea(ring) < 0 === isShell ? points.reverse() : points;
  return [...turned, ...turned.slice(0, 1)];
}
