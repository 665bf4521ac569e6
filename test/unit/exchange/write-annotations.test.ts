import {
  type Annotation,
  annotationsGeoJson,
  readCamelyonCsv,
  readCamelyonJson,
  readQuPathGeoJson,
} from '@gigascope/exchange';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ODD_NAME } from './samples.ts';

const BOUNDS = { x: 3000, y: 1500, width: 100, height: 100 };

const place = fc.record({
  x: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0),
  y: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0),
});
const ring = fc
  .array(place, { minLength: 3, maxLength: 6 })
  // A ring whose last point is its first is one that was closed already.
  .filter((points) => points[0]?.x !== points.at(-1)?.x || points[0]?.y !== points.at(-1)?.y);
const rings = fc.array(ring, { minLength: 1, maxLength: 3 });
const geometry: fc.Arbitrary<Annotation['geometry']> = fc.oneof(
  fc.record({ type: fc.constant('points' as const), points: fc.array(place, { minLength: 1, maxLength: 4 }) }),
  fc.record({ type: fc.constant('line' as const), points: fc.array(place, { minLength: 2, maxLength: 4 }) }),
  fc.record({ type: fc.constant('polygon' as const), rings }),
  fc.record({ type: fc.constant('multipolygon' as const), polygons: fc.array(rings, { minLength: 1, maxLength: 3 }) }),
);
const name = fc.oneof(fc.constant(null), fc.constant(ODD_NAME), fc.string());

describe('annotations as GeoJSON', () => {
  test('any of them are read again, number for number, with names, classes and holes', () => {
    const annotations = fc.array(fc.record({ name, class: name, geometry }), { maxLength: 5 });
    fc.assert(
      fc.property(annotations, (given) => {
        expect(readQuPathGeoJson(annotationsGeoJson(given), { origin: 'l0' })).toEqual(given);
      }),
      { numRuns: 100 },
    );
  });

  test('count from the bounds’ corner where that is asked for', () => {
    const given: Annotation[] = [
      { name: null, class: null, geometry: { type: 'points', points: [{ x: 3001, y: 1502 }] } },
    ];
    const written = annotationsGeoJson(given, { origin: 'bounds', boundsL0: BOUNDS });
    expect(JSON.parse(written).features[0].geometry).toEqual({ type: 'Point', coordinates: [1, 2] });
    expect(readQuPathGeoJson(written, { origin: 'bounds', boundsL0: BOUNDS })).toEqual(given);
  });
});

describe('CAMELYON’s files', () => {
  test('a table’s columns are found by name, empty lines and others passed over', () => {
    expect(readCamelyonCsv('\uFEFFconfidence,Name,X,Y,class\n0.9,a,1.5,2,\n\n1,,-3,4e1,Tumor\n')).toEqual([
      { name: 'a', class: null, geometry: { type: 'points', points: [{ x: 1.5, y: 2 }] } },
      { name: null, class: 'Tumor', geometry: { type: 'points', points: [{ x: -3, y: 40 }] } },
    ]);
  });

  test('outlines as JSON keep what is tumour and what is not', () => {
    const vertices = [
      [0, 0],
      [9, 0],
      [9, 9],
    ];
    const rings = [vertices.map(([x, y]) => ({ x, y }))];
    expect(readCamelyonJson(JSON.stringify({ positive: [{ name: 'A', vertices }], negative: [{ vertices }] }))).toEqual(
      [
        { name: 'A', class: 'metastases', geometry: { type: 'polygon', rings } },
        { name: null, class: 'normal', geometry: { type: 'polygon', rings } },
      ],
    );
  });

  test.each([
    ['no heading', readCamelyonCsv, '1,2\n3,4\n'],
    ['no number', readCamelyonCsv, 'x,y\n1,=2+3\n'],
    ['a missing cell', readCamelyonCsv, 'x,y\n1\n'],
    ['a coordinate beyond any slide', readCamelyonCsv, 'x,y\n1,1e10\n'],
    ['no list', readCamelyonJson, '{"negative":[]}'],
    ['two vertices', readCamelyonJson, '{"positive":[{"name":"a","vertices":[[0,0],[1,1]]}]}'],
    ['a vertex of text', readCamelyonJson, '{"positive":[{"name":"a","vertices":[[0,0],[1,"1"],[2,0]]}]}'],
  ])('%s is refused as ARGUMENT_INVALID', (_what, read, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});
