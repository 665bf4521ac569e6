import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnalysisResult, Detection, Segment } from '@gigascope/contracts';
import { EXPORT_FORMAT_IDS, Problem, paths } from '@gigascope/contracts/http';
import { EXPORT_FORMATS, HTML_REPORT_CSP, readAsapXml, readQuPathGeoJson } from '@gigascope/exchange';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../support/command.ts';
import { enterFinished } from '../support/finished-analysis.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { BOUNDS, enterReadySlide } from '../support/ready-slide.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { sampleAnalysis, TENANT_A } from '../support/store-samples.ts';
import { QuPathObjects } from '../unit/exchange/qupath-form.ts';

const NAME = 'S26 "1" é/../x.svs';
const BOXES: readonly Detection[] = Array.from({ length: 4500 }, (_, k) => ({
  ...{ rank: k + 1, class: k % 3 === 0 ? 'positive' : 'negative', probability: 1 - k / 9000 },
  ...{ x0L0: k + 0.5, y0L0: 2 * k, x1L0: k + 20.5, y1L0: 2 * k + 10 },
}));
const MANY = 50_000;
const HOLED: Segment = {
  ...{ rank: 1, class: 'gland', probability: 0.75, areaUm2: 187_500 },
  rings: [
    [400, 200, 500, 200, 500, 300, 400, 300],
    [425, 225, 425, 275, 475, 275, 475, 225],
  ],
};
const OUTLINES: readonly Segment[] = Array.from({ length: MANY }, (_, k) =>
  k === 0
    ? HOLED
    : {
        ...{ rank: k + 1, class: 'gland', probability: 0.5, areaUm2: 50 },
        rings: [[k, 10, k + 4.25, 10, k + 4.25, 14.5, k, 14.5]],
      },
);

let api: RunningApi;
let lesions: string;
let boxes: string;
let outlines: string;
let queued: string;
beforeAll(async () => {
  api = await startApi();
  const { slideId, result } = await enterReadySlide(api, { boundsL0: BOUNDS });
  await api.store.slides.edit(TENANT_A, slideId, { name: NAME }, null);
  const { key: blobKey, sizeBytes } = await api.blobs.put(Buffer.from('overlay'), { extension: '.png' });
  const artifacts = [{ name: 'overlay.png', blobKey, mediaType: 'image/png', sizeBytes }];
  const enter = (sample: Partial<Parameters<typeof enterFinished>[2]>) =>
    enterFinished(api.store, api.workerStore, { tenantId: TENANT_A, slideId, result, ...sample });
  const without: AnalysisResult = { ...result, lesions: [], score: null, scoreMeaning: 'none', positive: null };
  lesions = await enter({ artifacts });
  boxes = await enter({ result: { ...without, task: 'detect' }, detections: BOXES });
  outlines = await enter({ result: { ...without, task: 'segment' }, segments: OUTLINES });
  queued = (await api.store.analyses.submit(TENANT_A, await sampleAnalysis(api.store))).id;
}, 120_000);
afterAll(() => api?.[Symbol.asyncDispose]());

const ask = (id: string, format: string, origin?: string): Promise<Response> =>
  fetch(`${api.url}${paths.export(id)}?format=${format}${origin === undefined ? '' : `&origin=${origin}`}`);
const text = async (...asked: Parameters<typeof ask>): Promise<string> => (await ask(...asked)).text();

describe('each of 7 formats', () => {
  it.each(EXPORT_FORMAT_IDS)('%s has its media type, a name that is safe and the slide’s own', async (format) => {
    const response = await ask(lesions, format);
    const { mediaType, extension } = EXPORT_FORMATS[format];
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(mediaType);
    const own = encodeURIComponent(`${NAME}.${format}.${extension}`);
    const kind = format === 'html-report' ? 'inline' : 'attachment';
    expect(response.headers.get('content-disposition')).toBe(
      `${kind}; filename="${lesions}.${format}.${extension}"; filename*=UTF-8''${own}`,
    );
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(await response.text()).not.toBe('');
  });

  it('are those that packages/exchange writes', () => {
    expect([...EXPORT_FORMAT_IDS].sort()).toEqual(Object.keys(EXPORT_FORMATS).sort());
  });

  it('are refused before an analysis succeeded, by an unknown name, and for no analysis', async () => {
    const code = async (response: Promise<Response>): Promise<[number, string]> => {
      const answer = await response;
      return [answer.status, Problem.parse(await answer.json()).code];
    };
    expect(await code(ask(queued, 'csv'))).toEqual([409, 'RESULT_NOT_READY']);
    expect(await code(ask(lesions, 'docx'))).toEqual([400, 'ARGUMENT_INVALID']);
    expect(await code(ask(lesions, 'csv', 'centre'))).toEqual([400, 'ARGUMENT_INVALID']);
    expect(await code(ask('0190f3c2-7d4e-7abc-8def-0123456789ab', 'csv'))).toEqual([404, 'NOT_FOUND']);
  });
});

describe('lesions', () => {
  it('are the pixel that they lie in for CAMELYON, whichever bounds the slide has', async () => {
    expect(await text(lesions, 'camelyon-csv')).toBe('confidence,x,y\n0.87500,12,64\n0.50000,300,1\n');
  });

  it('count from the bounds’ corner for QuPath and from level 0’s for ASAP, and come back to the same points', async () => {
    const places = [[{ x: 12.5, y: 64 }], [{ x: 300, y: 1 }]];
    const geojson = await text(lesions, 'qupath-geojson');
    expect(QuPathObjects.parse(JSON.parse(geojson)).features.map(({ geometry }) => geometry.coordinates)).toEqual([
      [12.5 - 300, 64 - 150],
      [0, 1 - 150],
    ]);
    const read = [
      readQuPathGeoJson(geojson, { boundsL0: BOUNDS }),
      readQuPathGeoJson(await text(lesions, 'qupath-geojson', 'l0'), { origin: 'l0' }),
      readAsapXml(await text(lesions, 'asap-xml'), { boundsL0: BOUNDS }),
      readAsapXml(await text(lesions, 'asap-xml', 'bounds'), { origin: 'bounds', boundsL0: BOUNDS }),
    ];
    for (const annotations of read)
      expect(annotations.map(({ geometry }) => 'points' in geometry && geometry.points)).toEqual(places);
  });

  it('are all in the report, with both pictures, without scripts, under its own policy', async () => {
    const response = await ask(lesions, 'html-report');
    expect(response.headers.get('content-security-policy')).toBe(HTML_REPORT_CSP);
    const report = await response.text();
    expect(report).not.toMatch(/<script|javascript:|\son\w+=/i);
    expect(report).toContain('<td class="number">12.5</td>');
    expect(report).toContain('<td class="number">300</td>');
    expect(report).toContain(`data:image/png;base64,${Buffer.from('overlay').toString('base64')}`);
    expect(report).toContain(`data:image/jpeg;base64,${Buffer.from('thumbnail').toString('base64')}`);
    expect(report).toContain('S26 &quot;1&quot; é/../x.svs');
  });

  it('are 2 annotations of 2 categories in COCO and 2 of the W3C', async () => {
    const coco = JSON.parse(await text(lesions, 'coco-json'));
    expect(coco.annotations.map(({ keypoints }: { keypoints: unknown }) => keypoints)).toEqual([
      [12.5, 64, 2],
      [300, 1, 2],
    ]);
    expect(coco.images).toMatchObject([{ width: 1000, height: 1000 }]);
    expect(coco.categories).toHaveLength(2);
    expect(JSON.parse(await text(lesions, 'w3c-annotations'))).toHaveLength(2);
  });
});

describe('boxes', () => {
  it('are 4500 lines of a table, over three pages of the store, in order and to the hundredth', async () => {
    const [heading = '', ...lines] = (await text(boxes, 'csv')).trimEnd().split('\r\n');
    const columns = heading.split(',');
    const rows = lines.map((line) =>
      ['rank', 'x0', 'y1'].map((name) => Number(line.split(',')[columns.indexOf(name)])),
    );
    expect(rows).toEqual(BOXES.map(({ rank, x0L0, y1L0 }) => [rank, x0L0, y1L0]));
  });

  it('are 4500 rectangles for ASAP', async () => {
    const read = readAsapXml(await text(boxes, 'asap-xml'));
    expect(read).toHaveLength(4500);
    expect(read[4499]).toMatchObject({
      class: 'negative',
      geometry: { rings: [[{ x: 4499.5, y: 8998 }, {}, {}, {}]] },
    });
  });
});

describe(`${MANY} outlines`, () => {
  it('come as one stream of GeoJSON, holes where they were', async () => {
    const read = readQuPathGeoJson(await text(outlines, 'qupath-geojson'), { boundsL0: BOUNDS });
    expect(read).toHaveLength(MANY);
    expect(read[0]?.geometry).toMatchObject({ type: 'polygon', rings: [{ length: 4 }, { length: 4 }] });
    expect(read[MANY - 1]?.geometry).toMatchObject({ rings: [[{ x: MANY - 1, y: 10 }, {}, {}, {}]] });
  }, 60_000);

  it('are read no further once the one who asked has gone', async () => {
    const { findings } = api.store;
    const original = findings.segments;
    let pages = 0;
    findings.segments = (...request) => {
      pages++;
      return original.apply(findings, request);
    };
    try {
      const controller = new AbortController();
      const response = await fetch(`${api.url}${paths.export(outlines)}?format=qupath-geojson`, {
        signal: controller.signal,
      });
      await response.body?.getReader().read();
      controller.abort();
      await expect
        .poll(
          async () => {
            const before = pages;
            await new Promise((resolve) => setTimeout(resolve, 300));
            return pages - before;
          },
          { timeout: 10_000 },
        )
        .toBe(0);
      expect(pages).toBeLessThan(MANY / 2000);
    } finally {
      findings.segments = original;
    }
  });
});

describe('gigascope export', () => {
  it('writes the file whole, or prints it, or says what is wrong and leaves nothing', async () => {
    await using folder = await temporaryFolder();
    const out = join(folder.path, 'lesions.csv');
    const args = ['export', lesions, '--format', 'camelyon-csv', '--url', api.url];
    expect(await runJson([...args, '--out', out])).toEqual({
      code: 0,
      json: { analysis: lesions, format: 'camelyon-csv', out },
    });
    const expected = 'confidence,x,y\n0.87500,12,64\n0.50000,300,1\n';
    expect(await readFile(out, 'utf8')).toBe(expected);
    expect(await runCommand(args)).toMatchObject({ code: 0, stdout: expected });
    const early = await runJson(['export', queued, '--format', 'csv', '--url', api.url, '--out', `${out}.2`]);
    expect(early).toMatchObject({ code: 1, json: { error: { code: 'RESULT_NOT_READY' } } });
    await expect(readFile(`${out}.2`)).rejects.toThrow();
  }, 60_000);
});
