import { createHash } from 'node:crypto';
import { exportFindings, HTML_REPORT_CSP } from '@gigascope/exchange';
import { parse } from 'node-html-parser';
import { describe, expect, test } from 'vitest';
import { DETECTIONS, LESIONS, ODD_NAME, RESULT, sourceOf, textOf } from './samples.ts';

const report = async (parts = {}) => textOf(exportFindings('html-report', sourceOf({ lesions: LESIONS, ...parts })));

describe('the HTML report', () => {
  test('says the score with its meaning, the threshold, the verdict, the scope and what it may be used for', async () => {
    const text = parse(await report()).text;
    expect(text).toContain('Highest probability found on the slide: 0.97123');
    expect(text).toContain('positive');
    expect(text).toContain('lymph node, H&E, human');
    expect(text.match(/Research\. Not for diagnosis\./g)).toHaveLength(2);
  });

  test('lists 25 of 40 lesions and says so', async () => {
    const lesions = Array.from({ length: 40 }, (_, k) => ({ ...LESIONS[0], rank: k + 1 }));
    const root = parse(await report({ lesions }));
    expect(root.querySelectorAll('h2').map((heading) => heading.text)).toContain('Lesions: the first 25 of 40');
    expect(root.querySelectorAll('table').at(-1)?.querySelectorAll('tbody tr')).toHaveLength(25);
  });

  test('shows counts, grading and warnings, and reads only 25 of endless boxes', async () => {
    let given = 0;
    function* endless() {
      for (;;) yield { ...DETECTIONS[0], rank: ++given };
    }
    const result = {
      ...RESULT,
      score: 2,
      scoreMeaning: 'banff-grade',
      counts: [{ class: 'ptc-positive', count: 12, areaUm2: null }],
      grading: { scheme: 'banff-c4d', positive: 12, negative: 36, ratio: 0.25, grade: 2, reason: null },
      warnings: [{ code: 'SPACING_ASSUMED', message: 'The pixel size was derived.' }],
    };
    const text = parse(await report({ lesions: [], result, detections: endless() })).text;
    expect(text).toContain('C4d 2: 12 positive of 48 capillaries (25.0 %)');
    expect(text).toContain('The pixel size was derived. (SPACING_ASSUMED)');
    expect(text).toContain('The 25 most probable boxes');
    expect(given).toBe(25);
  });

  test('no text becomes markup, whatever slide, class and model are called', async () => {
    const evil = `<script>alert(1)</script><img src=x onerror="alert(1)">${ODD_NAME}`;
    const root = parse(
      await report({
        slideName: evil,
        model: { classes: [], objects: true, intendedUse: evil },
        pictures: [{ caption: evil, mediaType: 'image/png', bytes: new Uint8Array(3) }],
        detections: [{ ...DETECTIONS[0], class: evil }],
        result: {
          ...RESULT,
          model: { name: evil, version: evil, scope: evil },
          warnings: [{ code: evil, message: evil }],
        },
      }),
    );
    expect(root.querySelectorAll('script')).toEqual([]);
    expect(root.querySelectorAll('img')).toHaveLength(1);
    expect(
      root.querySelectorAll('*').flatMap((node) => Object.keys(node.attributes).filter((name) => /^on/i.test(name))),
    ).toEqual([]);
    expect(root.querySelector('h1')?.text).toContain('<script>alert(1)</script>');
  });

  test('stands alone: a picture of 100,001 bytes is inside, and the policy allows its style sheet and nothing outside', async () => {
    const bytes = Uint8Array.from({ length: 100_001 }, (_, k) => k % 251);
    const root = parse(await report({ pictures: [{ caption: 'Overlay', mediaType: 'image/png', bytes }] }), {
      blockTextElements: { style: true },
    });
    const data = root.querySelector('img')?.getAttribute('src') ?? '';
    expect(Buffer.from(data.replace('data:image/png;base64,', ''), 'base64').equals(bytes)).toBe(true);
    const style = root.querySelector('style')?.rawText ?? '';
    expect(HTML_REPORT_CSP).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(root.querySelector('meta[http-equiv]')?.getAttribute('content')).toBe(HTML_REPORT_CSP);
    expect(root.querySelectorAll('[href], [style], link')).toEqual([]);
  });
});
