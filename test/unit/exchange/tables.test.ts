import { exportFindings } from '@gigascope/exchange';
import { parseDetectionCsv } from '@gigascope/findings';
import { describe, expect, test } from 'vitest';
import { DETECTIONS, LESIONS, ODD_NAME, SEGMENTS, sourceOf, textOf, WITH_BOUNDS } from './samples.ts';

/** RFC 4180, read by a grammar of its own: fields, each plain or quoted. */
function parseCsv(text: string): string[][] {
  return text
    .split(/\r\n(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
      ),
    );
}

describe('CAMELYON16 CSV', () => {
  test('is what the evaluation reads: whole pixels, 5 decimals', async () => {
    const text = await textOf(exportFindings('camelyon-csv', sourceOf({ lesions: LESIONS })));
    expect(text).toBe('confidence,x,y\n0.97123,12064,8192\n0.50000,100,200\n');
    expect(parseDetectionCsv(text)).toEqual([
      { p: 0.97123, xL0: 12064, yL0: 8192 },
      { p: 0.5, xL0: 100, yL0: 200 },
    ]);
  });

  test('0 lesions are a header alone', async () => {
    expect(await textOf(exportFindings('camelyon-csv', sourceOf({ detections: DETECTIONS })))).toBe('confidence,x,y\n');
  });
});

describe('CSV of all findings', () => {
  test('each of 6 findings has its line, with empty cells where a column has no meaning', async () => {
    const source = sourceOf({ lesions: LESIONS, detections: DETECTIONS, segments: SEGMENTS });
    const [header, ...lines] = parseCsv(await textOf(exportFindings('csv', source)));
    expect(lines).toHaveLength(6);
    expect(lines.every((line) => line.length === header?.length)).toBe(true);
    const rows = lines.map((line) => Object.fromEntries(line.map((cell, k) => [header?.[k], cell])));
    expect(rows[0]).toMatchObject({
      kind: 'lesion',
      class: 'Macrometastasis',
      x: '12064.5',
      diameter_um: '2310',
      x0: '',
    });
    expect(rows[2]).toMatchObject({ kind: 'detection', probability: '0.9', x0: '10.25', y1: '41.75', x: '' });
    expect(rows[3]).toMatchObject({ class: ODD_NAME });
    expect(rows[5]).toMatchObject({ area_um2: '12.5', outline: 'POLYGON ((5.5 6.25, 9 6.25, 9 12, 5.5 6.25))' });
    expect(rows[4]?.['outline']).toMatch(/^POLYGON \(\(1000 2000, .*\), \(1010 2010, .*\), \(1050 2050, .*\)\)$/);
  });

  test('a class that a spreadsheet would run as a formula gets an apostrophe', async () => {
    const detections = [{ ...DETECTIONS[0], class: '=HYPERLINK("http://x")' }] as typeof DETECTIONS;
    const [, line] = parseCsv(await textOf(exportFindings('csv', sourceOf({ detections }))));
    expect(line?.[2]).toBe(`'=HYPERLINK("http://x")`);
  });

  test('counts from level 0, or from the bounds where those are asked for', async () => {
    const source = sourceOf({ lesions: LESIONS, result: WITH_BOUNDS });
    const x = async (origin?: 'bounds') => parseCsv(await textOf(exportFindings('csv', source, { origin })))[1]?.[4];
    expect([await x(), await x('bounds')]).toEqual(['12064.5', '9064.5']);
  });
});
