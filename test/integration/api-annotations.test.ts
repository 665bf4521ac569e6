/** Truth and notes from files, and what is measured by them. Longer than a file should be: all cases share one installation with its truth. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnalysisResult, Detection, Lesion, Segment } from '@gigascope/contracts';
import { Agreement, AnnotationSet, AnnotationSetList, Evaluation, Problem, paths } from '@gigascope/contracts/http';
import { readAsapXml, readQuPathGeoJson } from '@gigascope/exchange';
import { mintKey } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterFinished } from '../support/finished-analysis.ts';
import { BOUNDS, enterReadySlide } from '../support/ready-slide.ts';
import { type Caller, callerWith } from '../support/review-samples.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { addTenantB, manifest, sampleAnalysis, TENANT_A, TENANT_B } from '../support/store-samples.ts';
import { hasShared, SHARED_DATA } from '../unit/openslide/shared-data.ts';

const FILES = 'wsi/wsidicom-annotations';
const { key, hash, hint } = mintKey();

let api: RunningApi;
let reviewer: Caller;
beforeAll(async () => {
  api = await startApi({}, 'keys');
  await addTenantB(api.ownerUrl);
  reviewer = await callerWith(api, 'reviewer');
  const grant = { roles: ['lab-admin'], phi: false, onlyPermissions: null } as const;
  await api.store.apiKeys.create(TENANT_A, {
    ...{ name: 'admin', hash, hint, ...grant, createdBy: 'test', expiresAt: null },
  });
});
afterAll(() => api?.[Symbol.asyncDispose]());

/** Asks as the laboratory's admin; a body is sent as it is. */
function ask(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>, type = 'application/geo+json') {
  return fetch(`${api.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body }),
  });
}
const codeOf = async (answer: Response | Promise<Response>): Promise<[number, string]> => {
  const response = await answer;
  return [response.status, Problem.parse(await response.json()).code];
};

async function add(slideId: string, body: string, query = 'kind=truth', type?: string): Promise<AnnotationSet> {
  const response = await ask('POST', `${paths.annotations(slideId)}?${query}`, body, type);
  const set = AnnotationSet.parse(await response.json());
  expect([response.status, response.headers.get('location')]).toEqual([201, paths.annotationSet(slideId, set.id)]);
  return set;
}
const read = async ({ slideId, id }: AnnotationSet, query = ''): Promise<string> =>
  (await ask('GET', `${paths.annotationSet(slideId, id)}${query}`)).text();

/** A rectangle as QuPath writes one. */
function rectangle([x0, y0, x1, y1]: readonly [number, number, number, number], name?: string): object {
  const ring = [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
    [x0, y0],
  ];
  const properties = name === undefined ? {} : { classification: { name } };
  return { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties };
}
const drawn = (...features: object[]): string => JSON.stringify({ type: 'FeatureCollection', features });
const POINT = { type: 'Feature', geometry: { type: 'Point', coordinates: [1, 2] }, properties: { name: 'here' } };

describe('a set of annotations', () => {
  it('of GeoJSON counts from the slide’s bounds, comes back in level-0 pixels, and moved again for QuPath', async () => {
    const { slideId } = await enterReadySlide(api, { boundsL0: BOUNDS });
    const set = await add(slideId, drawn(rectangle([0.25, 0, 10, 20], 'Tumor'), POINT), 'name=from%20QuPath');
    expect(set).toMatchObject({ kind: 'note', format: 'qupath-geojson', name: 'from QuPath', annotations: 2 });
    const [first, second] = readQuPathGeoJson(await read(set), { origin: 'l0' });
    expect(first).toMatchObject({ class: 'Tumor', geometry: { rings: [[{ x: 300.25, y: 150 }, {}, {}, {}]] } });
    expect(second).toEqual({ name: 'here', class: null, geometry: { type: 'points', points: [{ x: 301, y: 152 }] } });
    expect(readQuPathGeoJson(await read(set, '?origin=bounds'), { origin: 'l0' })[1]?.geometry).toEqual({
      type: 'points',
      points: [{ x: 1, y: 2 }],
    });
    const own = await add(slideId, drawn(POINT), 'origin=l0');
    expect(readQuPathGeoJson(await read(own), { origin: 'l0' })[0]?.geometry).toMatchObject({
      points: [{ x: 1, y: 2 }],
    });
  });

  it('of CAMELYON is points as CSV, or outlines as JSON with what is left out', async () => {
    const { slideId } = await enterReadySlide(api);
    const points = await add(slideId, 'confidence,x,y\r\n1,12.5,64\r\n1,300,1\r\n', 'kind=truth', 'text/csv');
    expect(points).toMatchObject({ format: 'camelyon-csv', annotations: 2 });
    const outlines = {
      positive: [
        {
          name: 'A 0',
          vertices: [
            [0, 0],
            [9, 0],
            [9, 9],
          ],
        },
      ],
      negative: [],
    };
    const json = await add(slideId, JSON.stringify(outlines), 'kind=truth&format=camelyon-json', 'application/json');
    expect(readQuPathGeoJson(await read(json), { origin: 'l0' })).toMatchObject([
      { name: 'A 0', class: 'metastases', geometry: { type: 'polygon' } },
    ]);
    const listed = AnnotationSetList.parse(await (await ask('GET', paths.annotations(slideId))).json());
    expect(listed.items.map(({ id }) => id)).toEqual([json.id, points.id]);
  });

  it.skipIf(!hasShared(FILES))('that ASAP wrote comes back to the same points, names and classes', async () => {
    const { slideId } = await enterReadySlide(api);
    for (const name of ['asap-dot.xml', 'asap-pointset.xml', 'asap-polygon.xml']) {
      const xml = await readFile(join(SHARED_DATA, FILES, 'asap', name), 'utf8');
      const set = await add(slideId, xml, 'kind=note', 'application/xml');
      expect(readQuPathGeoJson(await read(set), { origin: 'l0' })).toEqual(readAsapXml(xml));
    }
  });

  it.each([
    ['XML with a DOCTYPE', '<!DOCTYPE a><ASAP_Annotations/>', 'text/xml', 400, 'ARGUMENT_INVALID'],
    ['GeoJSON without a feature', drawn(), 'application/geo+json', 400, 'ARGUMENT_INVALID'],
    ['half a file', '{"type":"FeatureCollection","fea', 'application/json', 400, 'ARGUMENT_INVALID'],
    ['nothing', '', 'application/geo+json', 400, 'ARGUMENT_INVALID'],
    ['a table without x', 'a,b\n1,2\n', 'text/csv', 400, 'ARGUMENT_INVALID'],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0x00), 'text/csv', 400, 'ARGUMENT_INVALID'],
    ['a picture', 'png', 'image/png', 415, 'MEDIA_TYPE_UNSUPPORTED'],
    ['over 16 MiB', ' '.repeat(2 ** 24 + 1), 'application/geo+json', 413, 'REQUEST_TOO_LARGE'],
  ] as const)('is refused of %s, and nothing stays', async (_what, body, type, status, code) => {
    const { slideId } = await enterReadySlide(api);
    expect(await codeOf(ask('POST', paths.annotations(slideId), body, type))).toEqual([status, code]);
    expect(await (await ask('GET', paths.annotations(slideId))).json()).toEqual({ items: [] });
  });

  it('is kept of no slide that is not ready, and of none of another laboratory', async () => {
    const { slideId: unready } = await sampleAnalysis(api.store);
    const theirs = await enterReadySlide(api, {}, TENANT_B);
    expect(await codeOf(ask('POST', paths.annotations(unready), drawn(POINT)))).toEqual([409, 'SLIDE_NOT_READY']);
    expect(await codeOf(ask('POST', paths.annotations(theirs.slideId), drawn(POINT)))).toEqual([404, 'NOT_FOUND']);
    expect(await codeOf(ask('GET', paths.annotations(theirs.slideId)))).toEqual([404, 'NOT_FOUND']);
  });
});

describe('a reviewer', () => {
  it('makes and removes notes, and is neither shown the truth nor lets it in', async () => {
    const { slideId, result } = await enterReadySlide(api);
    const analysisId = await enterFinished(api.store, api.workerStore, { tenantId: TENANT_A, slideId, result });
    const truth = await add(slideId, drawn(POINT));
    const note = await reviewer.json<AnnotationSet>('POST', paths.annotations(slideId), JSON.parse(drawn(POINT)));
    const another = await add(slideId, drawn(POINT), 'kind=note');
    const listed = await reviewer.json<AnnotationSetList>('GET', paths.annotations(slideId));
    expect(listed.items.map(({ id }) => id)).toEqual([another.id, note.id]);
    const at = (set: AnnotationSet): string => paths.annotationSet(slideId, set.id);
    for (const refused of [
      reviewer.ask('POST', `${paths.annotations(slideId)}?kind=truth`, JSON.parse(drawn(POINT))),
      reviewer.ask('GET', at(truth)),
      reviewer.ask('DELETE', at(truth)),
      reviewer.ask('DELETE', at(another)),
      reviewer.ask('GET', `${paths.agreement(analysisId)}?annotations=${truth.id}`),
      reviewer.ask('GET', `${paths.evaluation}?model=sample`),
    ])
      expect(await codeOf(refused)).toEqual([403, 'FORBIDDEN']);
    expect((await reviewer.ask('DELETE', at(note))).status).toBe(204);
    expect(await codeOf(reviewer.ask('GET', at(note)))).toEqual([404, 'NOT_FOUND']);
  });
});

/** Squares of 500 and 400 µm, one of 50 µm, and one that is left out again; a pixel is 0.5 µm. */
const TUMOUR = drawn(
  rectangle([1000, 1000, 2000, 2000], 'Tumor'),
  rectangle([3000, 1000, 3800, 1800], 'Tumor'),
  rectangle([3000, 3000, 3100, 3100], 'Tumor'),
  rectangle([5000, 5000, 5500, 5500], 'Tumor'),
  rectangle([4980, 4980, 5520, 5520], 'normal'),
  POINT,
);
/** Two in the first square, one 25 µm beside it and one 100 µm; one in the smallest, one in what is left out. */
const FOUND = [
  [0.9, 1500, 1500],
  [0.8, 1510, 1510],
  [0.7, 2050, 1500],
  [0.6, 2200, 1500],
  [0.5, 3050, 3050],
  [0.4, 5250, 5250],
] as const;

function lesionsOf(points: readonly (readonly [number, number, number])[]): Lesion[] {
  const size = { diameterUm: 100, diameterUncertaintyUm: 64, areaUm2: 1000, sizeClass: 'itc' } as const;
  return points.map(([probability, xL0, yL0], k) => ({ rank: k + 1, probability, xL0, yL0, ...size }));
}

interface Entered {
  readonly slideId: string;
  readonly analysisId: string;
}

async function enter(
  change: Partial<AnalysisResult>,
  findings: { readonly detections?: readonly Detection[]; readonly segments?: readonly Segment[] } = {},
): Promise<Entered> {
  const { slideId, result } = await enterReadySlide(api);
  const sample = { tenantId: TENANT_A, slideId, result: { ...result, ...change }, ...findings };
  return { slideId, analysisId: await enterFinished(api.store, api.workerStore, sample) };
}

async function agreement({ slideId, analysisId }: Entered, geojson: string): Promise<Agreement> {
  const { id } = await add(slideId, geojson, 'kind=truth&origin=l0');
  const response = await ask('GET', `${paths.agreement(analysisId)}?annotations=${id}`);
  return Agreement.parse(await response.json());
}

describe('agreement', () => {
  it('of lesions: 1 hit of 2, 2 false positives, 1 ITC that is neither, and the slide’s curve', async () => {
    const entered = await enter({ lesions: lesionsOf(FOUND) });
    const { agreement: figures, ignored } = await agreement(entered, TUMOUR);
    expect(ignored).toBe(1);
    expect(figures).toEqual({
      ...{ kind: 'lesions', hits: 1, misses: 1, falsePositives: 2, isolatedTumourCells: 1 },
      froc: [
        { threshold: 0.4, falsePositivesPerSlide: 2, sensitivity: 0.5 },
        { threshold: 0.6, falsePositivesPerSlide: 1, sensitivity: 0.5 },
        { threshold: 0.9, falsePositivesPerSlide: 0, sensitivity: 0.5 },
        { threshold: null, falsePositivesPerSlide: 0, sensitivity: 0 },
      ],
    });
  });

  it('of boxes: AP ⅔ where the first of three is wrong, F1 0.8', async () => {
    const box = (rank: number, probability: number, x0L0: number, y1L0 = x0L0 + 10): Detection => ({
      ...{ rank, class: 'nucleus', probability, x0L0, y0L0: x0L0, x1L0: x0L0 + 10, y1L0 },
    });
    const detections = [box(1, 0.95, 500), box(2, 0.9, 0), box(3, 0.8, 100, 108), box(4, 0.3, 0)];
    const entered = await enter({ task: 'detect', lesions: [] }, { detections });
    const truth = drawn(rectangle([0, 0, 10, 10], 'nucleus'), rectangle([100, 100, 110, 110], 'nucleus'));
    const { agreement: figures } = await agreement(entered, truth);
    if (figures.kind !== 'boxes') throw new Error(figures.kind);
    expect(figures).toMatchObject({ objects: 2, detections: 4, byClass: true, recall: 1, truncated: false });
    expect(figures.ap50).toBeCloseTo(2 / 3, 10);
    expect(figures.f1).toBeCloseTo(0.8, 10);
    expect(figures.precision).toBeCloseTo(2 / 3, 10);
    const unnamed = drawn(rectangle([0, 0, 10, 10]), rectangle([100, 100, 110, 110]));
    expect((await agreement(entered, unnamed)).agreement).toMatchObject({ byClass: false, recall: 1 });
  });

  it('of outlines: Dice ½ and 6⁄7 by class and ⅔ in all, holes counted, nothing beyond the drawn', async () => {
    const outline = (rank: number, name: string, ...rings: number[][]): Segment => ({
      ...{ rank, class: name, probability: 0.9, areaUm2: 1, rings },
    });
    const segments = [
      outline(1, 'gland', [50, 0, 150, 0, 150, 100, 50, 100]),
      outline(2, 'stroma', [200, 0, 300, 0, 300, 100, 200, 100], [225, 25, 225, 75, 275, 75, 275, 25]),
      outline(3, 'gland', [250, 100, 400, 100, 400, 200, 250, 200]),
    ];
    const entered = await enter({ task: 'segment', lesions: [] }, { segments });
    const truth = drawn(rectangle([0, 0, 100, 100], 'gland'), rectangle([200, 0, 300, 100], 'stroma'));
    expect((await agreement(entered, truth)).agreement).toEqual({
      ...{ kind: 'outlines', x0: 0, y0: 0, x1: 300, y1: 100, downsample: 1, byClass: true, dice: 2 / 3 },
      classes: [
        { class: 'gland', dice: 0.5 },
        { class: 'stroma', dice: 15_000 / 17_500 },
      ],
      truncated: false,
    });
  });

  it('needs a set of the same slide, an analysis that is done, and areas where outlines are compared', async () => {
    const [one, other] = [await enter({ task: 'segment', lesions: [] }), await enter({})];
    const { id } = await add(one.slideId, drawn(POINT));
    const at = (analysisId: string): Promise<Response> =>
      ask('GET', `${paths.agreement(analysisId)}?annotations=${id}`);
    expect(await codeOf(at(other.analysisId))).toEqual([404, 'NOT_FOUND']);
    expect(await codeOf(at(one.analysisId))).toEqual([400, 'ARGUMENT_INVALID']);
    const queued = await api.store.analyses.submit(TENANT_A, await sampleAnalysis(api.store));
    expect(await codeOf(at(queued.id))).toEqual([409, 'RESULT_NOT_READY']);
  });
});

describe('an evaluation', () => {
  it('is of all slides with a truth: 3 lesions on 4 slides for the FROC, 3 and 2 slides for the ROC', async () => {
    const modelName = 'evaluated';
    const slide = async (score: number, lesions: Lesion[], label: string | null, geojson: string | null) => {
      const { slideId, result } = await enterReadySlide(api);
      await enterFinished(api.store, api.workerStore, {
        ...{ tenantId: TENANT_A, slideId, modelName, result: { ...result, score, lesions } },
      });
      if (label !== null) await ask('PUT', paths.truth(slideId), JSON.stringify({ label }), 'application/json');
      if (geojson !== null) await add(slideId, geojson, 'kind=truth&origin=l0');
    };
    await slide(0.9, lesionsOf(FOUND), 'tumour', TUMOUR);
    await slide(0.8, lesionsOf([[0.8, 1500, 1500]]), null, drawn(rectangle([1000, 1000, 2000, 2000])));
    await slide(0.2, [], 'tumour', null);
    await slide(0.3, lesionsOf([[0.3, 1, 1]]), 'normal', null);
    await slide(0.6, lesionsOf([[0.6, 1, 1]]), 'normal', null);
    await slide(0.7, lesionsOf([[0.7, 1, 1]]), null, null);

    const response = await ask('GET', `${paths.evaluation}?model=${modelName}`);
    const { froc, roc, ...rest } = Evaluation.parse(await response.json());
    expect(rest).toEqual({
      model: { name: modelName, version: '1.0.0' },
      // 0.9 and 0.8 over ½ and 0.2 under; 0.6 over and 0.3 under.
      confusion: { threshold: 0.5, truePositives: 2, falseNegatives: 1, falsePositives: 1, trueNegatives: 1 },
      withoutLesions: 1,
      truncated: false,
    });
    // 0.9 and 0.8 win over 0.3 and 0.6, 0.2 over neither.
    expect(roc).toMatchObject({ positives: 3, negatives: 2, auc: 4 / 6 });
    expect(froc).toMatchObject({ slides: 4, lesions: 3 });
    expect(froc?.score).toBeCloseTo(2 / 3, 10);
    expect(froc?.curve).toEqual([
      { threshold: 0.3, falsePositivesPerSlide: 1, sensitivity: 2 / 3 },
      { threshold: 0.4, falsePositivesPerSlide: 0.75, sensitivity: 2 / 3 },
      { threshold: 0.6, falsePositivesPerSlide: 0.5, sensitivity: 2 / 3 },
      { threshold: 0.8, falsePositivesPerSlide: 0, sensitivity: 2 / 3 },
      { threshold: 0.9, falsePositivesPerSlide: 0, sensitivity: 1 / 3 },
      { threshold: null, falsePositivesPerSlide: 0, sensitivity: 0 },
    ]);
    expect(froc?.interval).toMatchObject({ level: 0.95, resamples: 1000, seed: 1 });
    // Two of the four slides have lesions; what is drawn with them alone has none or all of what is found.
    expect([froc?.band.length, froc?.band[0]?.falsePositivesPerSlide, froc?.band.at(-1)]).toEqual([
      ...[50, 0],
      { falsePositivesPerSlide: 8, low: 0.5, high: 1 },
    ]);
    expect([roc.band.length, roc.band[0]?.falsePositiveRate, roc.band.at(-1)]).toEqual([
      ...[51, 0],
      { falsePositiveRate: 1, low: 1, high: 1 },
    ]);
  });

  it('of a model without any truth is empty, and of none there is none', async () => {
    await api.workerStore.models.register({ ...manifest, name: 'alone' }, 'c'.repeat(64), '/models/alone');
    const response = await ask('GET', `${paths.evaluation}?model=alone&threshold=0.25`);
    expect(Evaluation.parse(await response.json())).toMatchObject({ froc: null, roc: { auc: null, positives: 0 } });
    expect(await codeOf(ask('GET', `${paths.evaluation}?model=nobody`))).toEqual([404, 'MODEL_UNKNOWN']);
  });
});
