/** Batches over HTTP. Longer than a file should be: the cases share one installation, and the 10,000 analyses take seconds to enter. */
import {
  Analysis,
  AnalysisDetail,
  AnalysisPage,
  Batch,
  BatchEvent,
  BatchPage,
  Problem,
  paths,
} from '@gigascope/contracts/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterModel, enterSlides, largestBatch } from '../support/api-batches.ts';
import { enterFinished } from '../support/finished-analysis.ts';
import { asOwner } from '../support/postgres.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { addTenantB, sampleResult, TENANT_A, TENANT_B } from '../support/store-samples.ts';

let api: RunningApi;
let slides: string[];
const slide = (n: number): string => slides[n] ?? '';

beforeAll(async () => {
  api = await startApi();
  slides = await enterSlides(api.ownerUrl, 2500);
  await addTenantB(api.ownerUrl);
  await enterModel(api, 'metastasis');
  await enterModel(api, 'nuclei');
});
afterAll(() => api?.[Symbol.asyncDispose]());

const get = async (path: string): Promise<unknown> => (await fetch(`${api.url}${path}`)).json();

function post(path: string, body?: object | string, type = 'application/json'): Promise<Response> {
  if (body === undefined) return fetch(`${api.url}${path}`, { method: 'POST' });
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${api.url}${path}`, { method: 'POST', headers: { 'content-type': type }, body: text });
}
const postCsv = (text: string, query = ''): Promise<Response> => post(paths.batches + query, text, 'text/csv');

async function entered(answer: Promise<Response>): Promise<Batch> {
  const response = await answer;
  const body: unknown = await response.json();
  expect([response.status, body]).toEqual([202, expect.objectContaining({ id: expect.any(String) })]);
  const batch = Batch.parse(body);
  expect(response.headers.get('location')).toBe(paths.batch(batch.id));
  return batch;
}

async function refused(answer: Promise<Response>): Promise<Problem> {
  return Problem.parse(await (await answer).json());
}

const issuesOf = ({ issues = [] }: Problem): string[][] => issues.map(({ path, message }) => [path, message]);

/** All pages of a list of analyses. */
async function all(query: string): Promise<Analysis[]> {
  const found: Analysis[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: AnalysisPage = AnalysisPage.parse(
      await get(`${paths.analyses}?limit=200&${query}${cursor === '' ? '' : `&cursor=${cursor}`}`),
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

const countAll = async (): Promise<number> => {
  const [row] = await asOwner<{ count: number }>(
    api.ownerUrl,
    'SELECT (SELECT count(*) FROM analyses)::integer + (SELECT count(*) FROM batches)::integer AS count',
  );
  return row?.count ?? -1;
};

describe('10,000 analyses in one call', () => {
  let batch: Batch;
  let ids: string[];

  it('are entered together, each with one task and one event', async () => {
    const startedMs = performance.now();
    batch = await entered(post(paths.batches, largestBatch(slides, 'metastasis')));
    console.info(`10,000 analyses submitted in ${((performance.now() - startedMs) / 1000).toFixed(2)} s`);
    expect(batch).toMatchObject({ name: 'all', total: 10_000, progress: 0, finishedAt: null });
    expect(batch.counts).toEqual({ queued: 10_000, running: 0, succeeded: 0, failed: 0, canceled: 0 });
    expect(await countsOf(batch.id)).toEqual({ analyses: 10_000, tasks: 10_000, events: 10_000, doubled: 0 });
  });

  it('are listed through 50 pages, every id once, in the opposite of the order asked for', async () => {
    const startedMs = performance.now();
    const items = await all(`batchId=${batch.id}`);
    console.info(`10,000 analyses listed in ${((performance.now() - startedMs) / 1000).toFixed(2)} s`);
    ids = items.map(({ id }) => id);
    expect(ids.length).toBe(10_000);
    expect(new Set(ids).size).toBe(10_000);
    const inOrder = items.toReversed();
    expect(inOrder.every(({ slideId }, i) => slideId === slides[i % 2500])).toBe(true);
    expect(inOrder.every(({ priority, batchId }, i) => priority === i % 101 && batchId === batch.id)).toBe(true);
  });

  it('are canceled by half, 20 one by one and 4,980 by their ids, then all that is open: counts right, nothing lost or doubled', async () => {
    const half = ids.filter((_, i) => i % 2 === 0);
    for (const id of half.slice(0, 20)) expect((await post(paths.cancel(id))).status).toBe(200);
    const startedMs = performance.now();
    const asked = post(paths.cancelBatch(batch.id), { analysisIds: half });
    expect((await asked).status).toBe(200);
    console.info(`5,000 of them canceled in ${((performance.now() - startedMs) / 1000).toFixed(2)} s`);
    const now = Batch.parse(await get(paths.batch(batch.id)));
    expect(now.counts).toEqual({ queued: 5000, running: 0, succeeded: 0, failed: 0, canceled: 5000 });
    expect(now.progress).toBe(0.5);
    expect(await countsOf(batch.id)).toEqual({ analyses: 10_000, tasks: 5000, events: 15_000, doubled: 0 });
    const canceled = await all(`batchId=${batch.id}&state=canceled`);
    expect(canceled.map(({ id }) => id)).toEqual(half);

    const restMs = performance.now();
    const over = Batch.parse(await (await post(paths.cancelBatch(batch.id))).json());
    console.info(`the other 5,000 canceled at once in ${((performance.now() - restMs) / 1000).toFixed(2)} s`);
    expect(over.counts).toEqual({ queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 10_000 });
    expect(over).toMatchObject({ progress: 1, etaSeconds: null });
    expect(over.finishedAt).not.toBeNull();
    expect(await countsOf(batch.id)).toEqual({ analyses: 10_000, tasks: 0, events: 20_000, doubled: 0 });
    expect((await post(paths.cancelBatch(batch.id))).status).toBe(200);
  });

  async function countsOf(id: string): Promise<unknown> {
    const [row] = await asOwner(
      api.ownerUrl,
      `WITH a AS (SELECT id FROM analyses WHERE batch_id = $1)
       SELECT (SELECT count(*) FROM a)::integer AS analyses,
         (SELECT count(*) FROM tasks WHERE analysis_id IN (SELECT id FROM a))::integer AS tasks,
         (SELECT count(*) FROM events WHERE analysis_id IN (SELECT id FROM a))::integer AS events,
         (SELECT count(*) FROM (SELECT FROM events WHERE analysis_id IN (SELECT id FROM a)
                                GROUP BY analysis_id, kind HAVING count(*) > 1) AS d)::integer AS doubled`,
      [id],
    );
    return row;
  }
});

describe('a batch of slides by models', () => {
  it('of 3 slides and 2 models is 6 analyses, found by batch, model, lane, state and slide', async () => {
    const deadline = '2031-05-01T12:00:00+02:00';
    const common = { lane: 'stat', priority: 3, deadline, parameters: { orientations: 8 } };
    const asked = { slideIds: slides.slice(0, 3), models: ['nuclei', 'metastasis'], ...common };
    const { id, total } = await entered(post(paths.batches, asked));
    expect(total).toBe(6);
    const items = await all(`batchId=${id}`);
    expect(items.toReversed().map(({ slideId, model }) => [slideId, model.name])).toEqual(
      slides.slice(0, 3).flatMap((slideId) => ['nuclei', 'metastasis'].map((model) => [slideId, model])),
    );
    expect(items[0]).toMatchObject({ lane: 'stat', priority: 3, deadline: '2031-05-01T10:00:00.000Z', rerunOf: null });
    expect((await all(`batchId=${id}&model=nuclei`)).length).toBe(3);
    expect((await all(`batchId=${id}&lane=routine`)).length).toBe(0);
    expect((await all(`batchId=${id}&lane=stat&state=queued&slideId=${slide(1)}`)).length).toBe(2);
    const page = BatchPage.parse(await get(`${paths.batches}?limit=1`));
    expect(page.items.map((batch) => [batch.id, batch.counts.queued])).toEqual([[id, 6]]);
    const rest = BatchPage.parse(await get(`${paths.batches}?limit=1&cursor=${page.nextCursor ?? ''}`));
    expect(rest.items.map(({ name }) => name)).toEqual(['all']);
    expect((await post(paths.cancelBatch(id))).status).toBe(200);
  });
});

describe('a table of slides and models', () => {
  it('in CSV with a byte order mark, quotes and empty fields enters 4 analyses as it says', async () => {
    await asOwner(api.ownerUrl, `UPDATE slides SET name = 'Block 7, "A".svs' WHERE id = $1`, [slide(6)]);
    const [{ sha256 } = { sha256: '' }] = await asOwner<{ sha256: string }>(
      api.ownerUrl,
      'SELECT sha256 FROM slides WHERE id = $1',
      [slide(5)],
    );
    const lines = [
      '\ufeffSlide,model,priority,lane,deadline',
      `${slide(4)},nuclei,7,stat,2031-05-01T10:00:00Z`,
      '',
      `${sha256.toUpperCase()},,,,`,
      '"Block 7, ""A"".svs",,100,research,',
      'slide-9.svs,metastasis,,,',
    ];
    const batch = await entered(postCsv(lines.join('\r\n'), '?name=Week%2048'));
    expect(batch).toMatchObject({ name: 'Week 48', total: 4 });
    const items = (await all(`batchId=${batch.id}`)).toReversed();
    expect(items.map(({ slideId, model, lane, priority }) => [slideId, model.name, lane, priority])).toEqual([
      [slide(4), 'nuclei', 'stat', 7],
      [slide(5), 'metastasis', 'routine', 0],
      [slide(6), 'metastasis', 'research', 100],
      [slide(8), 'metastasis', 'routine', 0],
    ]);
    expect(items[0]?.deadline).toBe('2031-05-01T10:00:00.000Z');
    await post(paths.cancelBatch(batch.id));
  });

  it.each([
    [';', 'semicolons'],
    ['\t', 'tabs'],
  ])('%j: is read with %s too', async (delimiter) => {
    const batch = await entered(postCsv(`slide${delimiter}lane\nslide-2.svs${delimiter}research\n`));
    expect(batch.total).toBe(1);
    await post(paths.cancelBatch(batch.id));
  });

  it('names every bad line with its number, and enters nothing', async () => {
    await asOwner(api.ownerUrl, `UPDATE slides SET name = 'twice.svs' WHERE id = ANY ($1)`, [[slide(10), slide(11)]]);
    await asOwner(api.ownerUrl, `UPDATE slides SET state = 'received' WHERE id = $1`, [slide(12)]);
    const before = await countAll();
    const good = `${slide(0)},metastasis,,`;
    const shape = ['slide,model,lane,priority', good, ',nuclei,,', `${slide(1)},nuclei`, `${slide(1)},,fast,101`];
    const problem = await refused(postCsv(shape.join('\n')));
    expect(problem).toMatchObject({ status: 422, code: 'BATCH_INVALID' });
    expect(issuesOf(problem).map(([place, message]) => `${place} ${message?.split(':')[0]}`)).toEqual([
      'line 3 slide',
      'line 4 2 fields under a heading of 4',
      'line 5 lane',
      'line 5 priority',
    ]);
    const sense = ['slide,model', good.slice(0, -2), 'twice.svs,nuclei', `${slide(12)},nuclei`, 'nobody.svs,nothing'];
    expect(issuesOf(await refused(postCsv(sense.join('\n'))))).toEqual([
      ['line 3', 'several slides have this name: give the id or the SHA-256'],
      ['line 4', 'the slide is not ready: received'],
      ['line 5', 'there is no such slide'],
    ]);
    expect(await countAll()).toBe(before);
  });

  it.each([
    ['nothing', '', 422, 'BATCH_INVALID'],
    ['a heading alone', 'slide,model\n', 422, 'BATCH_INVALID'],
    ['a heading without slide', 'model\nmetastasis\n', 422, 'BATCH_INVALID'],
    ['a column that is none', 'slide,colour\nx,red\n', 422, 'BATCH_INVALID'],
    ['a column twice', 'slide,slide\nx,y\n', 422, 'BATCH_INVALID'],
    ['an open quote', 'slide\n"x\n', 422, 'BATCH_INVALID'],
    ['a row of 5,000 characters', `slide\n${'x'.repeat(5000)}\n`, 422, 'BATCH_INVALID'],
    ['a NUL', 'slide\nx\u0000y\n', 422, 'BATCH_INVALID'],
    ['10,001 rows', `slide\n${'x\n'.repeat(10_001)}`, 413, 'REQUEST_TOO_LARGE'],
    ['9 MB', 'x'.repeat(9_000_000), 413, 'REQUEST_TOO_LARGE'],
  ])('of %s is refused', async (_what, text, status, code) => {
    expect(await refused(postCsv(text))).toMatchObject({ status, code });
  });

  it('that is not UTF-8 is refused, and no other route takes a table', async () => {
    const headers = { 'content-type': 'text/csv; charset=utf-8' };
    const body = Buffer.from('slide\nM\xfcller.svs\n', 'latin1');
    const bad = fetch(`${api.url}${paths.batches}`, { method: 'POST', headers, body });
    expect(issuesOf(await refused(bad))).toEqual([['line 1', 'the table is not UTF-8']]);
    expect((await post(paths.analyses, 'slide\nx\n', 'text/csv')).status).toBe(415);
  });
});

describe('what is no batch', () => {
  it.each([
    ['nothing', {}, 400, 'ARGUMENT_INVALID'],
    ['slides without models', { slideIds: ['3f0c4e0e-7c7e-4d8c-9f62-0a8a5a6c1b2d'] }, 400, 'ARGUMENT_INVALID'],
    ['no items', { items: [] }, 400, 'ARGUMENT_INVALID'],
    ['a name with a NUL', { name: '\u0000', items: [] }, 400, 'ARGUMENT_INVALID'],
    ['10,001 items', { items: Array(10_001).fill({}) }, 413, 'REQUEST_TOO_LARGE'],
    ['2,000,000 empty items', `{"items":[${'{},'.repeat(1_999_999)}{}]}`, 413, 'REQUEST_TOO_LARGE'],
    ['9 MB', { name: 'x'.repeat(9_000_000) }, 413, 'REQUEST_TOO_LARGE'],
  ])('%s', async (_what, body, status, code) => {
    expect(await refused(post(paths.batches, body))).toMatchObject({ status, code });
  });

  it('both forms at once, 10,001 by product, a slide twice, a year 1000', async () => {
    const model = 'metastasis';
    const many = Array.from({ length: 5 }, (_, i) => `model-${i}`);
    const wrong = [
      { slideIds: [slide(0)], models: [model], items: [{ slideId: slide(0), model }] },
      { slideIds: slides.slice(0, 2001), models: many },
      { slideIds: [slide(0), slide(0)], models: [model] },
      { slideIds: [slide(0)], models: [model], deadline: '1000-01-01T00:00:00Z' },
    ];
    const problems = await Promise.all(wrong.map((body) => refused(post(paths.batches, body))));
    expect(problems.map(({ code, issues }) => [code, issues?.[0]?.path])).toEqual([
      ['ARGUMENT_INVALID', '/items'],
      ['ARGUMENT_INVALID', '/slideIds'],
      ['ARGUMENT_INVALID', '/slideIds'],
      ['ARGUMENT_INVALID', '/deadline'],
    ]);
  });

  it('another laboratory’s slide among 3 is one that is not there: its item is named, nothing is entered', async () => {
    const [foreign = ''] = await enterSlides(api.ownerUrl, 1, TENANT_B);
    const before = await countAll();
    const items = [slide(0), foreign, slide(1)].map((slideId) => ({ slideId, model: 'metastasis' }));
    items.push({ slideId: slide(2), model: 'nobody' });
    const problem = await refused(post(paths.batches, { items }));
    expect(problem).toMatchObject({ status: 422, code: 'BATCH_INVALID' });
    expect(issuesOf(problem)).toEqual([
      ['/items/1', 'there is no such slide'],
      ['/items/3', 'there is no such model'],
    ]);
    expect(await countAll()).toBe(before);
  });

  it('a batch that is not there: 404 to get, cancel and follow', async () => {
    const answers = [get(paths.batch(slide(0))), get(paths.batchEvents(slide(0)))];
    answers.push(refused(post(paths.cancelBatch(slide(0)))));
    for (const answer of answers) expect(await answer).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});

describe('following a batch', () => {
  async function follow(id: string, lastEventId?: string): Promise<BatchEvent[]> {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const response = await fetch(`${api.url}${paths.batchEvents(id)}`, { headers });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const text = await response.text();
    return [...text.matchAll(/^id: (\d+)\nevent: batch\ndata: (.*)$/gm)].map(([, seq, data]) => {
      const event = BatchEvent.parse(JSON.parse(data ?? ''));
      expect(event.seq).toBe(Number(seq));
      return event;
    });
  }

  it('tells its counts at once and as they change, ends with the last, and answers 204 after it', async () => {
    const { id } = await entered(post(paths.batches, { slideIds: slides.slice(0, 3), models: ['nuclei'] }));
    const live = follow(id);
    const [third, second] = await all(`batchId=${id}`);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await post(paths.cancel(third?.id ?? ''));
    await post(paths.cancel(second?.id ?? ''));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await post(paths.cancelBatch(id));
    const seen = await live;
    const seqs = seen.map(({ seq }) => seq);
    expect([seqs[0], seqs.at(-1)]).toEqual([0, 3]);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(seen.at(-1)?.batch).toMatchObject({ progress: 1, counts: { queued: 0, canceled: 3 } });
    expect((await follow(id, '1')).map(({ seq }) => seq)).toEqual([3]);
    const headers = { 'last-event-id': '3' };
    expect((await fetch(`${api.url}${paths.batchEvents(id)}`, { headers })).status).toBe(204);
  });
});

describe('an analysis again', () => {
  it('runs the newest version with the same settings, or the same version; says what it repeats and what it ran with', async () => {
    const result = sampleResult(0);
    const id = await enterFinished(api.store, api.workerStore, { tenantId: TENANT_A, slideId: slide(20), result });
    const before = AnalysisDetail.parse(await get(paths.analysis(id)));
    expect(before).toMatchObject({ stamp: result.stamp, model: { name: 'sample', version: '1.0.0' }, rerunOf: null });
    expect(before.slideSha256).toMatch(/^[0-9a-f]{64}$/);
    await enterModel(api, 'sample', '2.0.0');
    const response = await post(paths.rerun(id));
    expect(response.status).toBe(202);
    const again = Analysis.parse(await response.json());
    expect(again).toMatchObject({ slideId: slide(20), model: { version: '2.0.0' }, rerunOf: id, state: 'queued' });
    expect(response.headers.get('location')).toBe(paths.analysis(again.id));
    const asked = { sameVersion: true, parameters: { threshold: 0.25 }, lane: 'stat' };
    const same = Analysis.parse(await (await post(paths.rerun(id), asked)).json());
    expect(same).toMatchObject({ model: { version: '1.0.0' }, lane: 'stat' });
    const detail = AnalysisDetail.parse(await get(paths.analysis(same.id)));
    expect(detail).toMatchObject({ parameters: { threshold: 0.25 }, modelSha256: before.modelSha256, stamp: null });
    // One analysis without work was ended in almost no time, so a queued one is estimated to end soon.
    expect(detail.progress).toMatchObject({ queuePosition: 0 });
    expect(detail.progress.etaSeconds).toBeGreaterThan(0);
  });

  it('is refused where there is none, and of a slide that is no longer there', async () => {
    expect(await refused(post(paths.rerun(slide(0))))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const one = Analysis.parse(await (await post(paths.analyses, { slideId: slide(21) })).json());
    await asOwner(api.ownerUrl, `UPDATE slides SET state = 'deleting' WHERE id = $1`, [slide(21)]);
    expect(await refused(post(paths.rerun(one.id)))).toMatchObject({ status: 409, code: 'SLIDE_NOT_READY' });
    expect(await refused(post(paths.rerun(one.id), { model: 'x' }))).toMatchObject({ status: 400 });
  });
});
