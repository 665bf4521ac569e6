import { type AnnotationGeometry, readQuPathGeoJson } from '@gigascope/exchange';
import type { Rings } from '@gigascope/findings';

/** One area that somebody drew; level-0 pixels, holes included. */
export interface TruthOutline {
  readonly class: string | null;
  readonly rings: Rings;
}

export interface TruthShapes {
  readonly outlines: readonly TruthOutline[];
  /** Annotations without an area. */
  readonly ignored: number;
}

export interface Bounds {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Reads the areas of a stored set of annotations, each part of a multipolygon for itself. */
export function truthShapes(geojson: string): TruthShapes {
  const annotations = readQuPathGeoJson(geojson, { origin: 'l0' });
  const outlines = annotations.flatMap(({ class: name, geometry }) =>
    areasOf(geometry).map((rings) => ({ class: name, rings })),
  );
  const isArea = ({ type }: AnnotationGeometry): boolean => type === 'polygon' || type === 'multipolygon';
  return { outlines, ignored: annotations.filter(({ geometry }) => !isArea(geometry)).length };
}

function areasOf(geometry: AnnotationGeometry): readonly Rings[] {
  const polygons =
    geometry.type === 'polygon' ? [geometry.rings] : geometry.type === 'multipolygon' ? geometry.polygons : [];
  return polygons.map((rings) => rings.map((ring) => ring.map(({ x, y }) => [x, y] as const)));
}

/** The rectangle that areas span; of none it is empty, at the corner. */
export function boundsOf(areas: readonly Rings[]): Bounds {
  let [x0, y0, x1, y1] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -Infinity, -Infinity];
  for (const rings of areas) {
    for (const [x, y] of rings.flat())
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  }
  return x0 <= x1 ? { x0, y0, x1, y1 } : { x0: 0, y0: 0, x1: 0, y1: 0 };
}
