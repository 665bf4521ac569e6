import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportFindings, readAsapXml } from '@gigascope/exchange';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { hasShared, SHARED_DATA } from '../openslide/shared-data.ts';
import { DETECTIONS, HOLED, LESIONS, ODD_NAME, SEGMENTS, sourceOf, textOf, WITH_BOUNDS } from './samples.ts';

const ALL = sourceOf({ lesions: LESIONS, detections: DETECTIONS, segments: SEGMENTS });

const pointsOf = (ring: readonly number[] = []) =>
  Array.from({ length: ring.length / 2 }, (_, k) => ({ x: ring[2 * k], y: ring[2 * k + 1] }));

describe('ASAP XML', () => {
  test('what is written is read again with the same points, classes and holes, odd names included', async () => {
    const read = readAsapXml(await textOf(exportFindings('asap-xml', ALL)));
    expect(read.map(({ class: name, geometry }) => [name, geometry.type])).toEqual([
      ['Macrometastasis', 'points'],
      ['Isolated tumour cells', 'points'],
      ['ptc-positive', 'polygon'],
      [ODD_NAME, 'polygon'],
      ['gland', 'polygon'],
      [ODD_NAME, 'polygon'],
    ]);
    expect(read[0]?.geometry).toEqual({ type: 'points', points: [{ x: 12064.5, y: 8192 }] });
    expect(read[2]?.geometry).toEqual({
      type: 'polygon',
      rings: [pointsOf([10.25, 20, 30.5, 20, 30.5, 41.75, 10.25, 41.75])],
    });
    expect(read[4]?.geometry).toEqual({ type: 'polygon', rings: HOLED.rings.map(pointsOf) });
    expect(read[5]).toMatchObject({ name: `${ODD_NAME} 2` });
  });

  test('another parser finds it well-formed, with every group that annotations name', async () => {
    const text = await textOf(exportFindings('asap-xml', ALL));
    expect(XMLValidator.validate(text)).toBe(true);
    const tree = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '',
      isArray: (tag) => tag === 'Group',
    }).parse(text);
    const { Annotations, AnnotationGroups } = tree.ASAP_Annotations;
    const groups = new Set(AnnotationGroups.Group.map((group: { Name: string }) => group.Name));
    const named = Annotations.Annotation.map((annotation: { PartOfGroup: string }) => annotation.PartOfGroup);
    expect(named).toHaveLength(8);
    expect(named.filter((name: string) => !groups.has(name))).toEqual([]);
  });

  test('0 findings are a file without annotations', async () => {
    expect(readAsapXml(await textOf(exportFindings('asap-xml', sourceOf())))).toEqual([]);
  });

  test('characters that XML cannot hold become U+FFFD', async () => {
    const [detection] = DETECTIONS;
    const detections = [{ ...detection, class: 'a\u0000b\u001bc\ud800d' }] as typeof DETECTIONS;
    const [read] = readAsapXml(await textOf(exportFindings('asap-xml', sourceOf({ detections }))));
    expect(read?.class).toBe('a\uFFFDb\uFFFDc\uFFFDd');
  });

  test('ASAP counts from level 0 on slides with bounds too, unless the bounds are asked for', async () => {
    const source = sourceOf({ lesions: LESIONS, result: WITH_BOUNDS });
    const first = async (origin?: 'bounds') =>
      readAsapXml(await textOf(exportFindings('asap-xml', source, { origin })))[0]?.geometry;
    expect(await first()).toEqual({ type: 'points', points: [{ x: 12064.5, y: 8192 }] });
    expect(await first('bounds')).toEqual({ type: 'points', points: [{ x: 9064.5, y: 6692 }] });
  });
});

const FOLDER = 'wsi/wsidicom-annotations/asap';
describe.skipIf(!hasShared(FOLDER))('XML that ASAP wrote', () => {
  test.each([
    ['asap-dot.xml', 'points', 1, { x: 23071.5605, y: 16831.0098 }],
    ['asap-pointset.xml', 'points', 5, { x: 22793.7832, y: 16650.8945 }],
    ['asap-polygon.xml', 'polygon', 6, { x: 22851.3281, y: 16551.1797 }],
  ] as const)('%s is %s of %i points', (name, type, count, first) => {
    expect(readdirSync(join(SHARED_DATA, FOLDER))).toHaveLength(3);
    const [read] = readAsapXml(readFileSync(join(SHARED_DATA, FOLDER, name), 'utf8'), { name });
    expect(read).toMatchObject({ name: 'Annotation 0', class: null, geometry: { type } });
    const geometry = read?.geometry;
    const points =
      geometry?.type === 'points' ? geometry.points : geometry?.type === 'polygon' ? geometry.rings[0] : [];
    expect(points).toHaveLength(count);
    expect(points?.[0]).toEqual(first);
  });
});

const file = (annotations: string, groups = ''): string =>
  `<?xml version="1.0"?><ASAP_Annotations><Annotations>${annotations}</Annotations><AnnotationGroups>${groups}</AnnotationGroups></ASAP_Annotations>`;
const annotation = (type: string, points: string, attributes = ''): string =>
  `<Annotation Name="A" Type="${type}" PartOfGroup="None" ${attributes}><Coordinates>${points}</Coordinates></Annotation>`;
const point = (order: number | string, x: number | string = 1, y: number | string = 2): string =>
  `<Coordinate Order="${order}" X="${x}" Y="${y}" />`;

describe('hostile XML', () => {
  const BOMB =
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><ASAP_Annotations>&b;</ASAP_Annotations>';
  test.each([
    ['a DOCTYPE with entities in entities', BOMB, /DOCTYPE/],
    ['an entity that nobody declared', file('&xxe;'), /no sound XML/],
    ['a tag that is not closed', '<ASAP_Annotations><Annotations>', /no sound XML/],
    ['nothing', '', /no sound XML/],
    ['another root', '<html/>', /root is not ASAP_Annotations/],
    ['an unknown type', file(annotation('Circle', point(0))), /annotation 1 \(A\): its Type "Circle"/],
    ['a type named like a method', file(annotation('toString', point(0))), /cannot be read/],
    ['a polygon of two points', file(annotation('Polygon', point(0) + point(1))), /2 points, 3 are needed/],
    ['a dot of none', file(annotation('Dot', '')), /0 points, 1 are needed/],
    ['a coordinate of text', file(annotation('Dot', point(0, 'east'))), /no number/],
    ['an empty coordinate', file(annotation('Dot', point(0, ''))), /no number/],
    ['a coordinate of Infinity', file(annotation('Dot', point(0, 'Infinity'))), /no number/],
    ['a coordinate beyond 1e9', file(annotation('Dot', point(0, '1e10'))), /within 1e9/],
    ['points out of order', file(annotation('PointSet', point(1) + point(0))), /Order "1" stands in place 0/],
    ['a name of 501 characters', file(`<Annotation Name="${'x'.repeat(501)}" Type="Dot"/>`), /longer than 500/],
    ['10,001 groups', file('', '<Group Name="g"/>'.repeat(10_001)), /more than 10000 groups/],
    ['elements 21 deep', `<ASAP_Annotations>${'<a>'.repeat(30)}`, /deeper than 20/],
    ['an annotation inside another', file(annotation('Dot', annotation('Dot', point(0)))), /inside another/],
  ])('%s is refused as ARGUMENT_INVALID', (_what, text, detail) => {
    expect(() => readAsapXml(text, { name: 'truth.xml' })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID', detail: expect.stringMatching(detail) }),
    );
  });

  test('splines and rectangles are polygons, measurements lines, and __proto__ is an attribute like any other', () => {
    const three = point(0) + point(1, 5) + point(2, 5, 9);
    const groups =
      '<Group Name="__proto__" PartOfGroup="None"><Attributes><Attribute __proto__="x"/></Attributes></Group>';
    const text = file(annotation('Spline', three) + annotation('Measurement', point(0) + point(1, 3)), groups);
    expect(readAsapXml(text).map(({ geometry }) => geometry.type)).toEqual(['polygon', 'line']);
  });
});
