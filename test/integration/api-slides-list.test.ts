import { SpacingSource } from '@gigascope/contracts';
import { Analysis, paths, Slide, SlidePage } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID, type SlideRow } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterFinished } from '../support/finished-analysis.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { enterSlide, keyFor } from '../support/slides-of-api.ts';
import { manifest, sampleResult } from '../support/store-samples.ts';

let api: RunningApi;
let admin: string;
const slides: SlideRow[] = [];

/** Name, bytes and score by the model 'sample'. */
const ENTERED: readonly (readonly [string, number, number | null])[] = [
  ['B 100%.svs', 300, 0.25],
  ['a_1.svs', 100, null],
  ['C.svs', 200, 0.75],
  ['B 100%.svs', 500, 0.5],
  ['D Müller.svs', 200, null],
];

beforeAll(async () => {
  api = await startApi({}, 'keys');
  admin = await keyFor(api, 'lab-admin');
  for (const [name, sizeBytes, score] of ENTERED) {
    const slide = await enterSlide(api, name, sizeBytes);
    slides.push(slide);
    const { store, workerStore } = api;
    const sample = { tenantId: DEFAULT_TENANT_ID, slideId: slide.id };
    if (score === null) continue;
    // The newest counts.
    await enterFinished(store, workerStore, { ...sample, result: { ...sampleResult(0), score: 0.99 } });
    await enterFinished(store, workerStore, { ...sample, result: { ...sampleResult(0), score } });
  }
});
afterAll(() => api?.[Symbol.asyncDispose]());

async function ask(path: string, init: RequestInit = {}, key = admin): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${key}` };
  return await fetch(`${api.url}${path}`, { ...init, headers });
}

const patch = (id: string, body: unknown, headers: Record<string, string> = {}, key = admin): Promise<Response> =>
  ask(
    paths.slide(id),
    { method: 'PATCH', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } },
    key,
  );

/** Places of the listed slides in the order of their entry. */
async function list(query: string, limit = 50, between = async () => {}): Promise<number[]> {
  const places: number[] = [];
  for (let cursor = ''; ; await between()) {
    const response = await ask(`${paths.slides}?limit=${limit}&${query}${cursor}`);
    expect(response.status).toBe(200);
    const page = SlidePage.parse(await response.json());
    places.push(...page.items.map(({ id }) => slides.findIndex((slide) => slide.id === id)));
    if (page.nextCursor === null) return places;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}

describe('a list of 5 slides', () => {
  test.each([
    ['sort=newest', [4, 3, 2, 1, 0]],
    ['sort=oldest', [0, 1, 2, 3, 4]],
    ['sort=size', [3, 0, 4, 2, 1]],
    ['sort=score&scoreModel=sample', [2, 3, 0, 4, 1]],
    ['sort=score&scoreModel=other', [4, 3, 2, 1, 0]],
  ])('%s is in the order %j, page by page and at once', async (query, expected) => {
    expect(await list(query)).toEqual(expected);
    expect(await list(query, 2)).toEqual(expected);
    expect(await list(query, 1)).toEqual(expected);
  });

  test('by name those of one name follow each other, in pages of 1 too', async () => {
    const places = await list('sort=name');
    expect(await list('sort=name', 1)).toEqual(places);
    expect(places.toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(places.indexOf(3)).toBe(places.indexOf(0) + 1);
  });

  test.each([
    ['q=b%20100%25', [3, 0]],
    ['q=MÜLLER', [4]],
    ['q=a_1', [1]],
    ['q=_', [1]],
    ['q=%25', [3, 0]],
    ['hasAnalysis=true', [3, 2, 0]],
    ['hasAnalysis=false', [4, 1]],
    ['state=rejected', []],
    ['createdTo=2001-01-01T00:00:00Z', []],
    ['createdFrom=2001-01-01T00:00:00Z&q=svs&hasAnalysis=true', [3, 2, 0]],
  ])('%s leaves %j', async (query, expected) => {
    expect(await list(query)).toEqual(expected);
  });

  test('sort=score without a model takes the newest score of any', async () => {
    expect(await list('sort=score', 2)).toEqual([2, 3, 0, 4, 1]);
  });

  test.each([
    'sort=smell',
    'ids=1',
    'standing=ready',
    'review=all',
    'hasAnalysis=maybe',
    'q=',
    'createdFrom=yesterday',
    'cursor=abc',
    'limit=201',
    'q=%00',
  ])('%s is 400', async (query) => {
    expect((await ask(`${paths.slides}?${query}`)).status).toBe(400);
  });

  test('a cursor of one order is refused by another', async () => {
    const { nextCursor } = SlidePage.parse(await (await ask(`${paths.slides}?limit=1&sort=size`)).json());
    expect((await ask(`${paths.slides}?sort=name&cursor=${nextCursor}`)).status).toBe(400);
  });

  test('3 slides that arrive between the pages repeat none and hide none', async () => {
    let arrived = 0;
    const between = async () => {
      if (arrived++ < 3) await enterSlide(api, `A late ${arrived}.svs`, 10_000);
    };
    const places = (await list('sort=size', 1, between)).filter((place) => place >= 0);
    expect(places).toEqual([3, 0, 4, 2, 1]);
  });
});

describe('what people state of a slide', () => {
  test('references and name are changed by its version, found, and removed again', async () => {
    const id = slides[2]?.id ?? '';
    const before = await ask(paths.slide(id));
    const tag = before.headers.get('etag') ?? '';
    const changed = await patch(
      id,
      { caseRef: 'S26-0117', patientRef: 'P-9', blockRef: 'B2', name: 'C neu.svs' },
      { 'if-match': tag },
    );
    expect(changed.status).toBe(200);
    expect(Slide.parse(await changed.json())).toMatchObject({ caseRef: 'S26-0117', patientRef: 'P-9', blockRef: 'B2' });
    const stale = await patch(id, { name: 'D' }, { 'if-match': tag });
    expect([stale.status, ((await stale.json()) as { code: string }).code]).toEqual([412, 'EDIT_CONFLICT']);
    expect(await list('q=s26-0117')).toEqual([2]);
    expect(await list('q=P-9')).toEqual([2]);
    expect(await list('caseRef=S26-0117')).toEqual([2]);
    expect(Slide.parse(await (await patch(id, { caseRef: null })).json()).caseRef).toBeNull();
    expect(await list('caseRef=S26-0117')).toEqual([]);
  });

  test('a stated spacing of 0.25 × 0.5 µm is shown, and what analyses take that state none', async () => {
    const id = slides[1]?.id ?? '';
    await api.workerStore.models.register(manifest, 'b'.repeat(64), '/m');
    const slide = Slide.parse(await (await patch(id, { mppX: 0.25, mppY: 0.5 })).json());
    expect(slide.metadata?.mpp).toEqual({ x: 0.25, y: 0.5, source: SpacingSource.enum.override });
    const submit = async (parameters: object) => {
      const body = JSON.stringify({ slideId: id, model: 'sample', parameters });
      const response = await ask(paths.analyses, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect(response.status).toBe(202);
      const row = await api.store.analyses.get(DEFAULT_TENANT_ID, Analysis.parse(await response.json()).id);
      return row?.parameters.mppOverride;
    };
    expect(await submit({})).toEqual({ x: 0.25, y: 0.5 });
    expect(await submit({ mppOverride: 0.3 })).toBe(0.3);
    expect(Slide.parse(await (await patch(id, { mppX: null, mppY: null })).json()).metadata?.mpp).toBeNull();
    expect(await submit({})).toBeNull();
  });

  test.each([
    [{ mppX: 0.25 }],
    [{ mppX: 0.25, mppY: null }],
    [{ mppX: -1, mppY: -1 }],
    [{ name: '' }],
    [{ name: '../../etc/passwd' }],
    [{ caseRef: 'a\u0000b' }],
    [{ patientRef: 'x'.repeat(101) }],
    [{ state: 'ready' }],
    [{ sha256: '0' }],
  ])('%j is 400 and changes nothing', async (body) => {
    const id = slides[0]?.id ?? '';
    const before = await (await ask(paths.slide(id))).json();
    expect((await patch(id, body)).status).toBe(400);
    expect(await (await ask(paths.slide(id))).json()).toEqual(before);
  });

  test('an uploader may change a reference and not the legal hold; a viewer neither', async () => {
    const id = slides[0]?.id ?? '';
    const [uploader, viewer] = [await keyFor(api, 'uploader'), await keyFor(api, 'viewer')];
    expect((await patch(id, { blockRef: 'A1' }, {}, uploader)).status).toBe(200);
    expect((await patch(id, { legalHold: true }, {}, uploader)).status).toBe(403);
    expect((await patch(id, { blockRef: 'A2' }, {}, viewer)).status).toBe(403);
    expect(Slide.parse(await (await patch(id, { legalHold: true })).json()).legalHold).toBe(true);
  });
});
