import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readQuPathGeoJson } from '@gigascope/exchange';
import { describe, expect, test } from 'vitest';
import { hasShared, SHARED_DATA } from '../openslide/shared-data.ts';

const FOLDER = 'wsi/wsidicom-annotations';

/** By file: forms, numbers of points of the first, and first point, read off the files. */
const FILES: Readonly<Record<string, { forms: string[]; first: readonly [number, number] }>> = {
  'qupath_geojson/qupath-brush.json': { forms: ['polygon'], first: [26388, 15410] },
  'qupath_geojson/qupath-ellipse.json': { forms: ['polygon'], first: [26356, 15357] },
  'qupath_geojson/qupath-line.json': { forms: ['line'], first: [26096.35, 15240.5] },
  'qupath_geojson/qupath-multipoint.json': { forms: ['points'], first: [26833.53, 15424.94] },
  'qupath_geojson/qupath-point.json': { forms: ['points'], first: [26833.53, 15424.94] },
  'qupath_geojson/qupath-polygon.json': { forms: ['polygon'], first: [26353, 15345] },
  'qupath_geojson/qupath-polyline.json': { forms: ['line'], first: [26213.3, 15373.96] },
  'qupath_geojson/qupath-rectangle.json': { forms: ['polygon'], first: [26268, 15298] },
  'qupath_geojson/qupath-wand.json': { forms: ['polygon'], first: [26935, 15359] },
  'qupath_geojson_advanced/qupath-polygon-cell-classified.json': {
    forms: ['polygon', 'polygon', 'polygon', 'polygon'],
    first: [17234, 20012],
  },
};

describe.skipIf(!hasShared(FOLDER))('GeoJSON that QuPath wrote', () => {
  test('all 10 files are in this list', () => {
    const found = ['qupath_geojson', 'qupath_geojson_advanced'].flatMap((folder) =>
      readdirSync(join(SHARED_DATA, FOLDER, folder)).map((name) => `${folder}/${name}`),
    );
    expect(found.sort()).toEqual(Object.keys(FILES).sort());
  });

  test.each(Object.entries(FILES))('%s', (path, { forms, first }) => {
    const read = readQuPathGeoJson(readFileSync(join(SHARED_DATA, FOLDER, path), 'utf8'), { name: path });
    expect(read.map(({ geometry }) => geometry.type)).toEqual(forms);
    const geometry = read[0]?.geometry;
    const points =
      geometry?.type === 'polygon' ? geometry.rings[0] : geometry?.type === 'multipolygon' ? [] : geometry?.points;
    expect(points?.[0]).toEqual({ x: first[0], y: first[1] });
  });

  test('the classified cells keep names and classes, and the rectangle its 4 corners', () => {
    const path = (name: string): string => join(SHARED_DATA, FOLDER, name);
    const cells = readQuPathGeoJson(
      readFileSync(path('qupath_geojson_advanced/qupath-polygon-cell-classified.json'), 'utf8'),
    );
    expect(cells.slice(0, 3).map(({ name, class: of }) => [name, of])).toEqual([
      ['Erythrocytes 2', 'Cell'],
      ['Erythrocytes 1', 'Cell'],
      ['Neutrophils 1', 'Nucleus'],
    ]);
    const [rectangle] = readQuPathGeoJson(readFileSync(path('qupath_geojson/qupath-rectangle.json'), 'utf8'));
    expect(rectangle?.geometry.type === 'polygon' && rectangle.geometry.rings[0]).toHaveLength(4);
  });
});

const feature = (geometry: unknown, properties: unknown = {}): string =>
  JSON.stringify({ type: 'Feature', geometry, properties });
const square = [
  [0, 0],
  [9, 0],
  [9, 9],
  [0, 9],
  [0, 0],
];

describe('GeoJSON', () => {
  test('a MultiPolygon of two, a derived class of QuPath and a third coordinate are read', () => {
    const coordinates = [[square], [square.map(([x = 0, y = 0]) => [x + 20, y, 7])]];
    const [read] = readQuPathGeoJson(
      feature({ type: 'MultiPolygon', coordinates }, { classification: { names: ['Tumor', 'Positive'] } }),
    );
    expect(read?.class).toBe('Tumor: Positive');
    expect(read?.geometry.type === 'multipolygon' && read.geometry.polygons).toHaveLength(2);
  });

  test.each([
    ['no JSON', '{"type":', /no sound JSON/],
    ['something else', '{"hello":1}', /neither a FeatureCollection/],
    ['a number', '5', /neither a FeatureCollection/],
    ['a feature without geometry', feature(null), /feature 1: geometry/],
    ['an unknown geometry', feature({ type: 'Circle', coordinates: [1, 2] }), /"Circle" cannot be read/],
    ['a collection of geometries', feature({ type: 'GeometryCollection', geometries: [] }), /"GeometryCollection"/],
    ['a ring of two', feature({ type: 'Polygon', coordinates: [square.slice(0, 2)] }), /at least 3/],
    [
      'a ring that goes back at once',
      feature({
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      }),
      /fewer than three/,
    ],
    ['a polygon of no rings', feature({ type: 'Polygon', coordinates: [] }), /at least 1/],
    ['text for a coordinate', feature({ type: 'Point', coordinates: ['1', 2] }), /no number/],
    ['a coordinate beyond 1e9', feature({ type: 'Point', coordinates: [1e12, 2] }), /no number within 1e9/],
    ['one coordinate', feature({ type: 'Point', coordinates: [1] }), /at least 2/],
    [
      'a name of 501 characters',
      feature({ type: 'Point', coordinates: [1, 2] }, { name: 'x'.repeat(501) }),
      /properties.name/,
    ],
    ['2^27 + 1 characters', ' '.repeat((1 << 27) + 1), /longer than 134217728 characters/],
    ['1,000,001 features', `[${'0,'.repeat(1_000_000)}0]`, /feature 1: /],
    ['200,000 brackets', '['.repeat(200_000) + ']'.repeat(200_000), /feature 1|no sound JSON/],
  ])('%s is refused as ARGUMENT_INVALID', (_what, text, detail) => {
    expect(() => readQuPathGeoJson(text, { name: 'truth.geojson' })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID', detail: expect.stringMatching(detail) }),
    );
    expect(() => readQuPathGeoJson(text, { name: 'truth.geojson' })).toThrow(/truth\.geojson/);
  });
});
