import type { ExportFormat } from '../export-format.ts';
import { type Finding, findingsOf } from '../findings.ts';
import { pointsOf } from '../rings.ts';
import { csvLine } from '../text/csv-line.ts';

const COLUMNS = [
  'kind',
  'rank',
  'class',
  'probability',
  'x',
  'y',
  'x0',
  'y0',
  'x1',
  'y1',
  'diameter_um',
  'diameter_uncertainty_um',
  'area_um2',
  'outline',
] as const;

/** One table of all findings: a line each, empty where a column has no meaning; outlines as WKT, in pixels like all coordinates. */
export const csv: ExportFormat = {
  title: 'Table of all findings (CSV)',
  mediaType: 'text/csv; charset=utf-8',
  extension: 'csv',
  origin: 'l0',
  async *write(source, origin) {
    yield csvLine(COLUMNS);
    for await (const finding of findingsOf(source, origin)) yield csvLine(cellsOf(finding));
  },
};

function cellsOf({ kind, rank, class: name, probability, shape, measurements }: Finding): (string | number | null)[] {
  const place =
    shape.type === 'point'
      ? [shape.x, shape.y, null, null, null, null]
      : [null, null, ...(shape.type === 'box' ? [shape.x0, shape.y0, shape.x1, shape.y1] : [null, null, null, null])];
  return [
    kind,
    rank,
    name,
    probability,
    ...place,
    measurements['Longest diameter µm'] ?? null,
    measurements['Longest diameter uncertainty µm'] ?? null,
    measurements['Area µm^2'] ?? null,
    shape.type === 'polygon' ? toWkt(shape.rings) : null,
  ];
}

function toWkt(rings: readonly (readonly number[])[]): string {
  const texts = rings.map((ring) => {
    const points = pointsOf(ring);
    return `(${[...points, ...points.slice(0, 1)].map(([x, y]) => `${x} ${y}`).join(', ')})`;
  });
  return `POLYGON (${texts.join(', ')})`;
}
