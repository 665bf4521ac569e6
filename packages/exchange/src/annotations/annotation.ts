import type { Point } from '@gigascope/contracts';

type P = Point<'l0'>;
/** A closed ring of at least three points; the first is not repeated. */
export type Ring = readonly P[];

/** Level-0 pixels. Of a polygon's rings the first is the shell, the others are its holes. */
export type AnnotationGeometry =
  | { readonly type: 'points'; readonly points: readonly P[] }
  | { readonly type: 'line'; readonly points: readonly P[] }
  | { readonly type: 'polygon'; readonly rings: readonly Ring[] }
  | { readonly type: 'multipolygon'; readonly polygons: readonly (readonly Ring[])[] };

/** What somebody drew on a slide, whichever software it was drawn in; its rectangles, ellipses and splines are polygons. */
export interface Annotation {
  readonly name: string | null;
  readonly class: string | null;
  readonly geometry: AnnotationGeometry;
}
