/** The worklist, page by page, against what plain loops over everything say of it. */
import { AnalysisParameters } from '@gigascope/contracts';
import { paths, type Slide, SlidePage } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { makeKey } from '../support/access.ts';
import { enterModel } from '../support/api-batches.ts';
import { enterFinished } from '../support/finished-analysis.ts';
import { asOwner } from '../support/postgres.ts';
import { type Caller, callerWith, openReview, signedReview } from '../support/review-samples.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { enterSlide } from '../support/slides-of-api.ts';
import { addTenantB, sampleResult, TENANT_B } from '../support/store-samples.ts';
import { type EnteredAnalysis, type EnteredDay, type EnteredSlide, enterDay } from '../support/worklist-slides.ts';

const SAMPLE_PARAMETERS = AnalysisParameters.parse({});

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({}, 'keys');
  await addTenantB(api.ownerUrl);
});
afterAll(() => api?.[Symbol.asyncDispose]());

async function pageOf(caller: Caller, query: string): Promise<SlidePage> {
  const response = await caller.ask('GET', `${paths.slides}?${query}`);
  expect(response.status).toBe(200);
  return SlidePage.parse(await response.json());
}

async function listOf(caller: Caller, query: string, limit = 200): Promise<Slide[]> {
  const slides: Slide[] = [];
  for (let cursor = ''; ; ) {
    const { items, nextCursor } = await pageOf(caller, `worklist=true&limit=${limit}&${query}${cursor}`);
    slides.push(...items);
    if (nextCursor === null) return slides;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}

describe('300 slides with 450 analyses by 2 models', () => {
  let day: EnteredDay;
  let other: EnteredDay;
  let viewer: Caller;
  const names = new Map<string, string>();

  beforeAll(async () => {
    for (const name of ['first', 'second']) names.set((await enterModel(api, name)).id, name);
    const modelIds = [...names.keys()];
    day = await enterDay(api.ownerUrl, { count: 300, seed: 1, modelIds, tenantId: TENANT_B });
    other = await enterDay(api.ownerUrl, { count: 40, seed: 2, modelIds });
    viewer = await callerWith(api, 'viewer', TENANT_B);
  });

  /** Newest first. */
  const analysesOf = ({ id }: EnteredSlide, model: string | null): EnteredAnalysis[] =>
    day.analyses
      .filter(({ slideId, modelId }) => slideId === id && (model === null || names.get(modelId) === model))
      .toReversed();
  const isOpen = ({ state }: EnteredAnalysis): boolean => state === 'queued' || state === 'running';
  const scoredOf = (own: readonly EnteredAnalysis[]) => own.find(({ state }) => state === 'succeeded');

  const KEYS: Record<string, (own: readonly EnteredAnalysis[]) => number | null> = {
    score: (own) => {
      const scored = scoredOf(own);
      if (scored === undefined || scored.score === null) return null;
      return scored.meaning === 'banff-grade' ? scored.score / 3 : scored.score;
    },
    uncertainty: (own) => {
      const scored = scoredOf(own);
      if (scored === undefined || scored.score === null || scored.meaning === 'banff-grade') return null;
      return -Math.abs(scored.score - scored.threshold);
    },
    priority: (own) => {
      const urgent = own.find(isOpen) ?? own[0];
      return urgent === undefined ? null : { stat: 2000, routine: 1000, research: 0 }[urgent.lane] + urgent.priority;
    },
  };

  test.each([...Object.keys(KEYS).flatMap((sort) => [null, 'first', 'second'].map((model) => [sort, model] as const))])(
    'by %s of model %s are in the order that a plain sort gives, 37 a page',
    async (sort, model) => {
      const keyOf = (slide: EnteredSlide) => KEYS[sort]?.(analysesOf(slide, model)) ?? Number.NEGATIVE_INFINITY;
      const expected = day.slides
        .map((slide) => ({ id: slide.id, key: keyOf(slide) }))
        .toSorted((a, b) => (a.key === b.key ? (a.id < b.id ? 1 : -1) : b.key - a.key));
      expect(new Set(expected.map(({ key }) => key)).size).toBeGreaterThan(20);
      const listed = await listOf(viewer, `sort=${sort}${model === null ? '' : `&scoreModel=${model}`}`, 37);
      expect(listed.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    },
  );

  it('shows of each its newest analysis, its newest score and what is under way, each once', async () => {
    for (const model of [null, 'first'] as const) {
      const listed = await listOf(viewer, model === null ? '' : `scoreModel=${model}`);
      for (const slide of day.slides) {
        const own = analysesOf(slide, model);
        const shown = new Set([own[0], scoredOf(own), own.find(isOpen)].flatMap((analysis) => analysis?.id ?? []));
        const item = listed.find(({ id }) => id === slide.id);
        expect(item?.worklist?.analyses.map(({ id }) => id)).toEqual([...shown].toSorted().toReversed());
        expect(item?.worklist?.analyses.every(({ slideId }) => slideId === slide.id)).toBe(true);
      }
    }
  });

  test.each(['checking', 'refused', 'new', 'open', 'done', 'failed'])(
    'those that are %s are found',
    async (standing) => {
      const standingOf = (slide: EnteredSlide): string => {
        const own = analysesOf(slide, null);
        if (slide.state !== 'ready') return slide.state === 'rejected' ? 'refused' : 'checking';
        if (own.some(isOpen)) return 'open';
        if (own[0] === undefined || own[0].state === 'canceled') return 'new';
        return own[0].state === 'failed' ? 'failed' : 'done';
      };
      const expected = day.slides.filter((slide) => standingOf(slide) === standing).map(({ id }) => id);
      expect(expected.length).toBeGreaterThan(0);
      const { items, total } = await pageOf(viewer, `worklist=true&limit=200&sort=oldest&standing=${standing}`);
      expect(items.map(({ id }) => id)).toEqual(expected.slice(0, 200));
      expect(total).toBe(expected.length);
    },
  );

  it('are ordered by name with 9 before 10 and upper and lower case alike', async () => {
    const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
    const listed = (await listOf(viewer, 'sort=name', 41)).map(({ name }) => name);
    const expected = day.slides.map(({ name }) => name).toSorted(collator.compare);
    expect(listed.map((name) => name.toLowerCase())).toEqual(expected.map((name) => name.toLowerCase()));
  });

  it('are counted on the first page only, and asked for by their ids', async () => {
    const first = await pageOf(viewer, 'worklist=true&limit=7&q=s26');
    expect(first.total).toBe(day.slides.filter(({ name }) => /^s26/i.test(name)).length);
    const second = await pageOf(viewer, `worklist=true&limit=7&q=s26&cursor=${first.nextCursor}`);
    expect(second.total).toBeUndefined();
    const ids = day.slides.slice(5, 9).map(({ id }) => id);
    expect((await listOf(viewer, `ids=${ids.join(',')}&sort=oldest`)).map(({ id }) => id)).toEqual(ids);
    // Of another laboratory.
    expect(await listOf(viewer, `ids=${other.slides[0]?.id}`)).toEqual([]);
  });

  it('a place is of its laboratory alone, and no app role writes one', async () => {
    const asApp = (statement: string) => asOwner<{ tenant_id: string }>(api.appUrl, statement);
    expect(await asApp('SELECT FROM worklist_places')).toEqual([]);
    const seen = await asApp(
      `WITH s AS MATERIALIZED (SELECT set_config('app.tenant', '${TENANT_B}', false) AS t)
       SELECT DISTINCT tenant_id FROM s CROSS JOIN LATERAL (SELECT tenant_id FROM worklist_places WHERE s.t <> '') p`,
    );
    expect(seen).toEqual([{ tenant_id: TENANT_B }]);
    await expect(asApp(`UPDATE worklist_places SET suspicion = 1`)).rejects.toMatchObject({ code: '42501' });
    await expect(asApp(`SELECT place_in_worklist('{}')`)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('what readers do', () => {
  let admin: Caller;
  let reader: Caller;
  const slides: { readonly slideId: string; readonly analysisId: string }[] = [];

  beforeAll(async () => {
    admin = await callerWith(api, 'lab-admin');
    reader = await callerWith(api, 'reviewer');
    for (const name of ['nobody’s', 'claimed', 'begun', 'signed', 'adjudicated']) {
      const { id: slideId } = await enterSlide(api, `reading ${name}.svs`);
      const tenantId = DEFAULT_TENANT_ID;
      const analysisId = await enterFinished(api.store, api.workerStore, {
        tenantId,
        slideId,
        result: sampleResult(0),
      });
      slides.push({ slideId, analysisId });
    }
    const [, claimed, begun, signed, adjudicated] = slides;
    expect((await admin.ask('POST', paths.claim(claimed?.slideId ?? ''))).status).toBe(200);
    await openReview(reader, begun?.analysisId ?? '');
    await signedReview(reader, signed?.analysisId ?? '', 'probably-normal');
    await signedReview(reader, adjudicated?.analysisId ?? '', 'probably-normal');
    await signedReview(admin, adjudicated?.analysisId ?? '', 'definitely-tumour', { purpose: 'adjudication' });
    // A review claims its slide for a while.
    await asOwner(api.ownerUrl, 'DELETE FROM slide_claims WHERE slide_id = ANY ($1)', [
      slides.slice(2).map(({ slideId }) => slideId),
    ]);
  });

  const found = async (caller: Caller, review: string): Promise<number[]> =>
    (await listOf(caller, `q=reading&sort=oldest&review=${review}`)).map(({ id }) =>
      slides.findIndex(({ slideId }) => slideId === id),
    );

  test.each([
    ['todo', [0, 1, 2], [0, 1, 2]],
    ['mine', [2], [1]],
    ['claimed', [1], [1]],
    ['signed', [3, 4], [3, 4]],
    ['untouched', [0], [0]],
  ])('review=%s finds %j for the reader and %j for the administrator', async (review, ofReader, ofAdmin) => {
    expect(await found(reader, review)).toEqual(ofReader);
    expect(await found(admin, review)).toEqual(ofAdmin);
  });

  it('tells whose reviews there are and how far, as the slide’s own list does, and nothing that they say', async () => {
    const [blinded, item] = [slides[2], slides[4]];
    // Blinded to the reader's word by their own open review: the list says as much as it said before.
    await openReview(admin, blinded?.analysisId ?? '');
    for (const caller of [admin, reader]) {
      const listed = await listOf(caller, 'q=reading&sort=oldest');
      for (const [place, { slideId }] of slides.entries()) {
        const { items } = await caller.json<{ items: unknown[] }>('GET', paths.reviewsOfSlide(slideId));
        expect(listed[place]?.worklist?.reviews).toEqual(items);
      }
      expect(JSON.stringify(listed)).not.toMatch(/probably-normal|definitely-tumour|"content"|"confidence"/);
    }
    const { reviews } = (await listOf(reader, `ids=${item?.slideId}`))[0]?.worklist ?? {};
    expect(reviews?.map(({ purpose, state, own }) => [purpose, state, own])).toEqual([
      ['first', 'signed', true],
      ['adjudication', 'signed', false],
    ]);
    expect((await listOf(reader, 'q=reading&sort=oldest'))[1]?.claimedBy).toMatchObject({ by: { id: admin.id } });
  });

  it('shows an uploader no reviews, refuses them the filter, and refuses the list without analyses:read', async () => {
    const uploader = await callerWith(api, 'uploader');
    const [item] = await listOf(uploader, `ids=${slides[3]?.slideId}`);
    expect([item?.worklist?.reviews, item?.worklist?.analyses.length]).toEqual([null, 1]);
    expect((await uploader.ask('GET', `${paths.slides}?review=signed`)).status).toBe(403);
    const { key } = await makeKey(api.store, { roles: ['viewer'], only: ['slides:read'] });
    const asked = await fetch(`${api.url}${paths.slides}?worklist=true`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(asked.status).toBe(403);
  });
});

describe('a slide’s place', () => {
  const placesOf = (slideId: string) =>
    asOwner<{ model_name: string; standing: string; suspicion: number; urgency: number }>(
      api.ownerUrl,
      'SELECT model_name, standing, suspicion, urgency FROM worklist_places WHERE slide_id = $1 ORDER BY model_name',
      [slideId],
    );

  it('is kept through arrival, analysis, a second one that is canceled, and the removal of both', async () => {
    const { store, workerStore } = api;
    const { id: slideId } = await enterSlide(api, 'placed.svs');
    expect(await placesOf(slideId)).toEqual([{ model_name: '', standing: 'new', suspicion: -1, urgency: -1 }]);
    const tenantId = DEFAULT_TENANT_ID;
    const first = await enterFinished(store, workerStore, { tenantId, slideId, result: sampleResult(0) });
    const done = { standing: 'done', suspicion: 0.875, urgency: 1000 };
    expect(await placesOf(slideId)).toEqual(['', 'sample'].map((model_name) => ({ model_name, ...done })));
    const modelId = (await store.models.findByName('sample'))?.id ?? '';
    const urgent = { lane: 'stat', priority: 7 } as const;
    const asked = { slideId, modelId, parameters: SAMPLE_PARAMETERS, ...urgent };
    const { id } = await store.analyses.submit(tenantId, asked);
    expect((await placesOf(slideId))[0]).toMatchObject({ standing: 'open', suspicion: 0.875, urgency: 2007 });
    await store.analyses.cancel(tenantId, id);
    expect((await placesOf(slideId))[0]).toMatchObject({ standing: 'new', suspicion: 0.875, urgency: 2007 });
    await store.retention.removeAnalysis(tenantId, id);
    await store.retention.removeAnalysis(tenantId, first);
    expect(await placesOf(slideId)).toEqual([{ model_name: '', standing: 'new', suspicion: -1, urgency: -1 }]);
  });

  it('has both of two analyses that are entered and canceled at once, 20 times', async () => {
    const { store } = api;
    const tenantId = DEFAULT_TENANT_ID;
    const model = await enterModel(api, 'at once');
    for (let n = 0; n < 20; n++) {
      const { id: slideId } = await enterSlide(api, `at once ${n}.svs`);
      const submit = () =>
        store.analyses.submit(tenantId, { slideId, modelId: model.id, parameters: SAMPLE_PARAMETERS });
      const { id: older } = await submit();
      const [, newer] = await Promise.all([store.analyses.cancel(tenantId, older), submit()]);
      const [place] = await asOwner(
        api.ownerUrl,
        `SELECT newest_id, open_id FROM worklist_places WHERE slide_id = $1 AND model_name = ''`,
        [slideId],
      );
      expect(place).toEqual({ newest_id: newer.id, open_id: newer.id });
    }
  });
});
