import type { Lesion } from '@gigascope/contracts';
import {
  describeLesions,
  formatDetectionCsv,
  formatLesionsGeoJson,
  NMS_FORMS,
  nmsDisc,
  parseDetectionCsv,
} from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const CELL_UM = 128 * 0.243; // 31.104
const settings = {
  threshold: 0.5,
  cellUm: CELL_UM,
  cellCentreL0: (col: number, row: number) => ({ x: (col + 0.5) * 128, y: (row + 0.5) * 128 }),
};

function mapOf(...lines: readonly string[]) {
  const digits = lines.join('').split('');
  return {
    columns: lines[0]?.length ?? 0,
    rows: lines.length,
    values: Float64Array.from(digits, (d) => (d === '.' ? Number.NaN : Number(d) / 10)),
  };
}

function lesionsOf(...lines: readonly string[]): Lesion[] {
  const map = mapOf(...lines);
  return describeLesions(map, nmsDisc(map, { radiusCells: 1, threshold: 0.5 }), settings);
}

describe('lesions', () => {
  it('measures a single cell as 1 cell, a row of 7 as 7 cells (217.7 µm), a diagonal of 3 as 2√2 + 1 cells', () => {
    expect(lesionsOf('000', '090', '000')[0]).toEqual({
      rank: 1,
      xL0: 192,
      yL0: 192,
      probability: 0.9,
      diameterUm: CELL_UM,
      diameterUncertaintyUm: CELL_UM,
      areaUm2: CELL_UM ** 2,
      sizeClass: 'itc',
    });
    expect(lesionsOf('...........', '05556555...')[0]).toMatchObject({
      diameterUm: 7 * CELL_UM,
      areaUm2: 7 * CELL_UM * CELL_UM,
      sizeClass: 'micro',
    });
    expect(lesionsOf('9....', '.5...', '..5..')[0]?.diameterUm).toBeCloseTo((2 * Math.SQRT2 + 1) * CELL_UM, 10);
  });

  it('gives 2 points of one region the same diameter and area, and a region beyond a gap of 1 cell its own', () => {
    const lesions = lesionsOf('95558455', '44444444');
    expect(
      lesions.map(({ rank, probability, diameterUm }) => [rank, probability, Math.round(diameterUm / CELL_UM)]),
    ).toEqual([
      [1, 0.9, 5],
      [2, 0.8, 5],
      [3, 0.5, 5],
      [4, 0.5, 2],
    ]);
  });

  it('classes 200 µm as ITC, over it as micro, 2000 µm as micro, over it as macro', () => {
    const classOf = (cells: number, cellUm: number) => {
      const map = { columns: cells, rows: 1, values: new Float32Array(cells).fill(0.9) };
      const peak = { colHeat: 0, rowHeat: 0, probability: 0.9 };
      return describeLesions(map, [peak], { ...settings, cellUm })[0]?.sizeClass;
    };
    expect([classOf(10, 20), classOf(10, 20.001), classOf(100, 20), classOf(100, 20.001)]).toEqual([
      'itc',
      'micro',
      'micro',
      'macro',
    ]);
  });

  it('measures discs drawn on the grid, at any place, within one cell of their diameter', () => {
    const place = fc.double({ min: 24, max: 25, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 1.5, max: 20, noNaN: true }), place, place, (radius, cx, cy) => {
        const values = Float64Array.from({ length: 2500 }, (_, k) =>
          Math.hypot((k % 50) - cx, Math.floor(k / 50) - cy) <= radius ? 1 : 0,
        );
        const map = { columns: 50, rows: 50, values };
        const [lesion] = describeLesions(map, nmsDisc(map).slice(0, 1), { ...settings, cellUm: 1 });
        expect(Math.abs((lesion?.diameterUm ?? 0) - 2 * radius)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('refuses a point below the threshold, which has no region', () => {
    expect(() => describeLesions(mapOf('04'), [{ colHeat: 1, rowHeat: 0, probability: 0.4 }], settings)).toThrow(
      /no region at cell/,
    );
  });
});

describe('lesion files', () => {
  const lesions = lesionsOf('9000000', '0000006');

  it('writes confidence,x,y with whole level-0 pixels and 5 decimals, 33/64 rounded to even', () => {
    expect(formatDetectionCsv(lesions)).toBe('confidence,x,y\n0.90000,64,64\n0.60000,832,192\n');
    expect(formatDetectionCsv([{ probability: 33 / 64, xL0: 10.9, yL0: 0 }])).toBe('confidence,x,y\n0.51562,10,0\n');
    expect(formatDetectionCsv([])).toBe('confidence,x,y\n');
  });

  it('writes the points of the disc form the same way', () => {
    expect(NMS_FORMS.disc.toCsv([{ colHeat: 6, rowHeat: 1, probability: 0.6 }], 128)).toBe(
      'confidence,x,y\n0.60000,832,192\n',
    );
  });

  it('keeps all 65,536 quantised probabilities apart', () => {
    const points = Array.from({ length: 65536 }, (_, k) => ({ probability: k / 65535, xL0: 0, yL0: 0 }));
    expect(new Set(formatDetectionCsv(points).split('\n').slice(1, -1)).size).toBe(65536);
  });

  it('writes GeoJSON whose features are QuPath point annotations with class, colour, name and measurements', () => {
    const collection = JSON.parse(formatLesionsGeoJson(lesions));
    expect(collection.type).toBe('FeatureCollection');
    expect(collection.features[1]).toEqual({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [832, 192] },
      properties: {
        objectType: 'annotation',
        name: 'Lesion 2',
        classification: { name: 'Isolated tumour cells', color: [86, 180, 233] },
        measurements: {
          Probability: 0.6,
          'Longest diameter µm': CELL_UM,
          'Longest diameter uncertainty µm': CELL_UM,
          'Area µm^2': CELL_UM ** 2,
        },
      },
    });
  });
});

describe('detection CSV', () => {
  it('reads files with and without header, CRLF, blank lines, a byte-order mark and exponents', () => {
    const point = { p: 0.5, xL0: 10, yL0: 20 };
    for (const text of [
      '0.5,10,20',
      'confidence,x,y\n0.5,10,20\n',
      '\uFEFFp, x, y\r\n5e-1, 10, 20\r\n\r\n',
      '.5,1e1,20.0\n\n',
    ]) {
      expect(parseDetectionCsv(text)).toEqual([point]);
    }
    expect(parseDetectionCsv('')).toEqual([]);
  });

  it('reads back what was written', () => {
    expect(parseDetectionCsv(formatDetectionCsv(lesionsOf('9000000', '0000006')))).toEqual([
      { p: 0.9, xL0: 64, yL0: 64 },
      { p: 0.6, xL0: 832, yL0: 192 },
    ]);
  });

  it.each([
    ['0.5,10,20\n0.5;10;20', 2],
    ['confidence,x,y\nconfidence,x,y', 2],
    ['nan,1,2', 1],
    ['0.5,10', 1],
    ['0.5,10,20,30', 1],
    ['0.5,,20', 1],
    ['0.5,0x10,20', 1],
    ['1e999,1,2', 1],
  ])('refuses %j and names line %i', (text, line) => {
    const message = expect.stringContaining(`slide_1.csv, line ${line}`);
    expect(() => parseDetectionCsv(text, 'slide_1.csv')).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID', message }),
    );
  });
});
