import { detectionsCsv, detectionsGeoJson } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBoxTable } from '../../../services/cli/src/commands/evaluate/formats/box-table.ts';
import { parseCoco, parseCocoResults } from '../../../services/cli/src/commands/evaluate/formats/coco.ts';
import { parseCsv } from '../../../services/cli/src/commands/evaluate/formats/csv.ts';
import { boxOfOutline, parseGeoJson } from '../../../services/cli/src/commands/evaluate/formats/geojson.ts';
import { parseStageTable } from '../../../services/cli/src/commands/evaluate/formats/stage-table.ts';
import { parseVoc } from '../../../services/cli/src/commands/evaluate/formats/voc.ts';

const DETECTIONS = [
  { rank: 1, class: 'Tumour, "solid"', probability: 0.75, x0L0: 1, y0L0: 2, x1L0: 11.5, y1L0: 22 },
  { rank: 2, class: 'Stroma', probability: 0.5, x0L0: 0, y0L0: 0, x1L0: 3, y1L0: 4 },
];
const BOXES = DETECTIONS.map(({ class: name, probability, x0L0, y0L0, x1L0, y1L0 }) => ({
  class: name,
  probability,
  x0: x0L0,
  y0: y0L0,
  x1: x1L0,
  y1: y1L0,
}));

describe('CSV', () => {
  it('reads what RFC 4180 writes: quotes, commas and line breaks in cells, three line ends', () => {
    const cell = fc.string().map((text) => text.replace(/\0/g, ''));
    const end = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), end, (rows, lineEnd) => {
        const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = [['a', 'b'], ...rows].map((cells) => cells.map(quote).join(',')).join(lineEnd);
        expect(parseCsv(text, ['a']).rows.map((row) => [row.cell('a'), row.cell('b')])).toEqual(rows);
      }),
    );
  });

  it('names the line, counted in the file, after a quoted line break and a blank line', () => {
    const { rows } = parseCsv('\uFEFFa,b\n"1\n2",3\n\n 4 ,5\n', ['a', 'b']);
    expect(rows.map((row) => [row.line, row.cell('a')])).toEqual([
      [2, '1\n2'],
      [5, '4'],
    ]);
  });

  it.each([
    {
      fault: 'a row of 3 cells under 2',
      text: 'a,b\n1,2\n1,2,3\n',
      says: 'boxes.csv, line 3: expected 2 cells, not 3',
    },
    { fault: 'a quotation mark within a cell', text: 'a,b\n1,2"3\n', says: 'line 2: a quotation mark is out of place' },
    {
      fault: 'a quotation mark that does not end',
      text: 'a,b\n1,"2\n',
      says: 'line 2: a quotation mark is out of place',
    },
    { fault: 'a column that is missing', text: 'a,c\n1,2\n', says: 'does not name b' },
    { fault: 'an empty file', text: '', says: 'does not name a and b' },
  ])('refuses $fault', ({ text, says }) => {
    expect(() => parseCsv(text, ['a', 'b'], 'boxes.csv')).toThrow(says);
  });
});

describe('boxes as analyze writes them', () => {
  it('come back from its CSV, class names with commas and quotes too', () => {
    const set = parseBoxTable([...detectionsCsv(DETECTIONS)].join(''), 'slide 7', 'slide 7.csv');
    expect(set.images).toEqual([{ name: 'slide 7', imagePath: null, boxes: BOXES }]);
  });

  it('come back from its GeoJSON', async () => {
    const text = (await Array.fromAsync(detectionsGeoJson(DETECTIONS, ['Tumour, "solid"', 'Stroma']))).join('');
    expect(parseGeoJson(JSON.parse(text), 'x').map((outline) => boxOfOutline(outline, 'x'))).toEqual(BOXES);
  });

  it('of several images name theirs, by file name; a CSV of no boxes still is of its image', () => {
    const text = 'image,x0,y0,x1,y1\na/one.png,0,0,1,1\ntwo,0,0,1,1\none,2,2,3,3\n';
    const { images } = parseBoxTable(text, 'all', 'all.csv');
    expect(images.map(({ name, boxes }) => [name, boxes.length])).toEqual([
      ['one', 2],
      ['two', 1],
    ]);
    expect(parseBoxTable('x0,y0,x1,y1\n', 'seven', 'seven.csv').images).toEqual([
      { name: 'seven', imagePath: null, boxes: [] },
    ]);
  });

  it.each([
    { text: 'x0,y0,x1,y1\n0,0,1,one\n', says: 'line 2: the y1 is no number' },
    { text: 'x0,y0,x1,y1\n5,0,1,1\n', says: 'line 2: the box ends before it begins' },
    { text: 'x0,y0,x1,y1,confidence\n0,0,1,1,high\n', says: 'line 2: the confidence is no number' },
  ])('are refused with "$says"', ({ text, says }) => {
    expect(() => parseBoxTable(text, 'a', 'a.csv')).toThrow(says);
  });
});

describe('COCO', () => {
  const FILE = {
    images: [
      { id: 1, file_name: 'train/a.png' },
      { id: 2, file_name: 'b.png' },
    ],
    categories: [{ id: 7, name: 'nucleus' }],
    annotations: [
      { image_id: 1, category_id: 7, bbox: [10, 20, 5, 6], iscrowd: 0 },
      { image_id: 1, category_id: 7, bbox: [0, 0, 50, 60], iscrowd: 1 },
      { image_id: 1, category_id: 7, bbox: [3, 3, 0, 6] },
    ],
  };

  it('gives images without boxes too, and counts a crowd and a box without area that it leaves out', () => {
    const { images, skipped } = parseCoco(FILE, 'coco.json');
    const whole = { class: 'nucleus', x0: 10, y0: 20, x1: 15, y1: 26, probability: null };
    expect(images).toEqual([
      { name: 'a', imagePath: 'train/a.png', boxes: [whole] },
      { name: 'b', imagePath: 'b.png', boxes: [] },
    ]);
    expect(skipped).toEqual({ broken: 1, crowds: 1 });
  });

  it('explains a list of results by the truth’s numbers', () => {
    const results = [{ image_id: 2, category_id: 7, bbox: [1, 1, 2, 2], score: 0.9 }];
    const { images } = parseCocoResults(results, parseCoco(FILE, 'coco.json').coco, 'found.json');
    const box = { class: 'nucleus', x0: 1, y0: 1, x1: 3, y1: 3, probability: 0.9 };
    expect(images).toEqual([{ name: 'b', imagePath: null, boxes: [box] }]);
    expect(() => parseCocoResults(results, undefined, 'found.json')).toThrow(/the truth is no COCO file/);
  });

  it.each([
    { change: { image_id: 9 }, says: 'box 1: there is no image of the number 9' },
    { change: { category_id: 'x' }, says: 'box 1: there is no class of the number x' },
    { change: { bbox: [1, 2, 3] }, says: 'is no COCO file' },
    { change: { bbox: [1, 2, -3, 4] }, says: 'the box ends before it begins' },
  ])('refuses $change', ({ change, says }) => {
    const annotations = [{ image_id: 1, category_id: 7, bbox: [0, 0, 1, 1], ...change }];
    expect(() => parseCoco({ ...FILE, annotations }, 'coco.json')).toThrow(says);
  });
});

describe('Pascal VOC', () => {
  const voc = (...objects: string[]): string =>
    `<?xml version="1.0"?><annotation><filename>a.jpg</filename>${objects.join('')}</annotation>`;
  const object = (name: string, corners: readonly number[], more = ''): string => {
    const sides = ['xmin', 'ymin', 'xmax', 'ymax'].map((side, k) => `<${side}>${corners[k]}</${side}>`);
    return `<object><name>${name}</name>${more}<bndbox>${sides.join('')}</bndbox></object>`;
  };

  it('counts pixels from 1 and includes the last: 1 1 10 20 is 0 0 10 20, and 0 stays 0', () => {
    const { file, boxes } = parseVoc(voc(object('RBC', [1, 1, 10, 20]), object('WBC', [0, 5, 9, 9])), 'a.xml');
    expect(file).toBe('a.jpg');
    expect(boxes.map(({ class: name, x0, y0, x1, y1 }) => [name, x0, y0, x1, y1])).toEqual([
      ['RBC', 0, 0, 10, 20],
      ['WBC', 0, 4, 9, 9],
    ]);
  });

  it('leaves out and counts labels of no width or height, reads a confidence, and an image without objects', () => {
    const found = parseVoc(
      voc(object('RBC', [5, 5, 5, 9]), object('RBC', [1, 1, 2, 2], '<confidence>0.25</confidence>')),
      'a',
    );
    expect(found).toMatchObject({ broken: 1, boxes: [{ probability: 0.25 }] });
    expect(parseVoc(voc(), 'a.xml')).toEqual({ file: 'a.jpg', boxes: [], broken: 0 });
  });

  it('expands no entity of the file’s own, and refuses a file that names one of another file', () => {
    const withEntities = (entities: string): string =>
      voc(object('&b;', [1, 1, 2, 2])).replace('<annotation>', `<!DOCTYPE annotation [${entities}]><annotation>`);
    const doubled = withEntities('<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">');
    expect(parseVoc(doubled, 'a.xml').boxes[0]?.class).toBe('&b;');
    const foreign = withEntities('<!ENTITY b SYSTEM "file:///etc/hostname">');
    expect(() => parseVoc(foreign, 'a.xml')).toThrow(/a\.xml is no sound XML/);
  });

  it.each([
    { fault: 'a tag that is not closed', text: '<annotation><object></annotation>', says: 'a.xml is no sound XML' },
    {
      fault: 'another kind of XML',
      text: '<ASAP_Annotations><Annotations/></ASAP_Annotations>',
      says: 'no Pascal VOC file',
    },
    {
      fault: 'a corner that is no number',
      text: voc(object('RBC', [Number.NaN, 1, 2, 3])),
      says: 'no Pascal VOC file',
    },
  ])('refuses $fault', ({ text, says }) => {
    expect(() => parseVoc(text, 'a.xml')).toThrow(says);
  });
});

describe('GeoJSON', () => {
  const ring = [
    [0, 0],
    [4, 0],
    [4, 3],
    [0, 0],
  ];
  const feature = (geometry: object, properties: object | null = {}) => ({ type: 'Feature', geometry, properties });
  const polygon = { type: 'Polygon', coordinates: [ring] };

  it('takes a collection, a list and a single feature; old lists of measurements and new ones by name', () => {
    const named = { classification: { name: 'Tumour' }, measurements: { Probability: 0.5, 'Area µm^2': 'NaN' } };
    const listed = {
      classification: { names: ['Tumour', 'Positive'] },
      measurements: [{ name: 'Probability', value: 0.25 }],
    };
    const features = [feature(polygon, named), feature(polygon, listed), feature(polygon, null)];
    const expected = [
      ['Tumour', 0.5],
      ['Tumour: Positive', 0.25],
      ['unclassified', null],
    ];
    for (const file of [{ type: 'FeatureCollection', features }, features]) {
      expect(parseGeoJson(file, 'x').map((outline) => [outline.class, outline.probability])).toEqual(expected);
    }
    expect(parseGeoJson(features[0], 'x')).toHaveLength(1);
  });

  it('boxes all parts of a MultiPolygon', () => {
    const parts = {
      type: 'MultiPolygon',
      coordinates: [
        [ring],
        [
          [
            [9, 9],
            [10, 9],
            [10, 11],
            [9, 9],
          ],
        ],
      ],
    };
    const [outline] = parseGeoJson(feature(parts), 'x');
    expect(outline && boxOfOutline(outline, 'x')).toMatchObject({ x0: 0, y0: 0, x1: 10, y1: 11 });
  });

  it('refuses a point by its place in the file, and JSON of another kind', () => {
    const point = feature({ type: 'Point', coordinates: [1, 2] });
    expect(() => parseGeoJson([feature(polygon), point], 'x.geojson')).toThrow('x.geojson, feature 2 is no polygon');
    expect(() => parseGeoJson({ shapes: [] }, 'x.json')).toThrow('x.json is neither GeoJSON nor COCO JSON');
  });
});

describe('tables of stages', () => {
  it('holds a stage a patient, in any case of letters', () => {
    expect(parseStageTable('patient,truth,predicted\n1,pN0,PN0(I+)\n2,pN2,pN1mi\n', 's.csv')).toEqual([
      { patient: '1', truth: 0, predicted: 1 },
      { patient: '2', truth: 4, predicted: 2 },
    ]);
  });

  it('or five slides a patient, whose labels become a stage', () => {
    const labels = [
      ['macro', 'macro'],
      ['micro', 'micro'],
      ['micro', 'negative'],
      ['micro', 'micro'],
      ['itc', 'itc'],
    ];
    const rows = labels.map(([truth, predicted], k) => `7,node ${k},${truth},${predicted}`);
    const text = ['patient,slide,truth,predicted', ...rows].join('\n');
    expect(parseStageTable(text, 's.csv')).toEqual([{ patient: '7', truth: 4, predicted: 3 }]);
    expect(() => parseStageTable(text.split('\n').slice(0, -1).join('\n'), 's.csv')).toThrow('patient 7 has 4 slides');
  });

  it.each([
    {
      text: 'truth,predicted\npN0,pN3\n',
      says: 'line 2: predicted is "pN3", not one of pN0, pN0(i+), pN1mi, pN1, pN2',
    },
    { text: 'patient,truth,predicted\n1,pN0,pN0\n1,pN0,pN0\n', says: 'two rows of the patient 1' },
    { text: 'slide,truth,predicted\na,itc,itc\n', says: 'does not name patient' },
  ])('refuses "$says"', ({ text, says }) => {
    expect(() => parseStageTable(text, 's.csv')).toThrow(says);
  });
});
