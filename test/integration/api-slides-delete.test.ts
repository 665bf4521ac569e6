import { access } from 'node:fs/promises';
import { Problem, paths, RetentionPreview, Tombstone } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sweepRetention } from '../../services/api/src/slides/sweep-retention.ts';
import { enterFinished } from '../support/finished-analysis.ts';
import { asOwner } from '../support/postgres.ts';
import { type Caller, callerWith, signedReview } from '../support/review-samples.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { enterSlide, keyFor } from '../support/slides-of-api.ts';
import { sampleResult } from '../support/store-samples.ts';

const tenantId = DEFAULT_TENANT_ID;
let api: RunningApi;
let admin: string;
let reader: Caller;

beforeAll(async () => {
  api = await startApi({}, 'keys');
  admin = await keyFor(api, 'lab-admin');
  reader = await callerWith(api, 'reviewer');
});
afterAll(() => api?.[Symbol.asyncDispose]());

const ask = (path: string, method = 'GET', body?: unknown, key = admin): Promise<Response> =>
  fetch(`${api.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const codeOf = async (response: Response): Promise<string> => Problem.parse(await response.json()).code;
const count = async (table: string, column: string, id: string): Promise<number> => {
  const [row] = await asOwner<{ count: string }>(api.ownerUrl, `SELECT count(*) FROM ${table} WHERE ${column} = $1`, [
    id,
  ]);
  return Number(row?.count);
};
const isThere = (key: string): Promise<boolean> =>
  access(api.blobs.path(key)).then(
    () => true,
    () => false,
  );

/** A slide with one finished analysis and one file of it. */
async function analysed(name: string) {
  const slide = await enterSlide(api, name);
  const { key: blobKey } = await api.blobs.put(Buffer.from('png'), { extension: '.png' });
  const artifacts = [{ name: 'overlay.png', blobKey, mediaType: 'image/png', sizeBytes: 3 }];
  const result = sampleResult(0);
  const sample = { tenantId, slideId: slide.id, result, artifacts };
  const analysisId = await enterFinished(api.store, api.workerStore, sample);
  return { slide, analysisId, keys: [slide.blobKey, slide.thumbnailKey ?? '', blobKey] };
}

async function queue(slideId: string): Promise<string> {
  const response = await ask(paths.analyses, 'POST', { slideId, model: 'sample' });
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

describe('deleting a slide', () => {
  test('takes files, analyses and rows away and leaves a tombstone with hash, person and reason', async () => {
    const { slide, analysisId, keys } = await analysed('Jane Doe.svs');
    const response = await ask(`${paths.slide(slide.id)}?reason=scanned%20twice`, 'DELETE');
    expect(response.status).toBe(200);
    const tombstone = Tombstone.parse(await response.json());
    expect(tombstone).toMatchObject({
      id: slide.id,
      sha256: slide.sha256,
      deletedBy: 'lab-admin false',
      reason: 'scanned twice',
      gone: true,
    });
    expect(await Promise.all(keys.map(isThere))).toEqual([false, false, false]);
    for (const table of ['analyses', 'reviews']) expect(await count(table, 'slide_id', slide.id)).toBe(0);
    for (const table of ['artifacts', 'lesions', 'scores', 'events', 'tasks', 'plans'])
      expect(await count(table, 'analysis_id', analysisId)).toBe(0);
    expect(JSON.stringify(tombstone)).not.toContain('Jane');
    expect((await ask(paths.slide(slide.id))).status).toBe(404);
    expect((await ask(paths.slide(slide.id), 'DELETE')).status).toBe(404);
    expect(Tombstone.parse(await (await ask(paths.tombstone(slide.id))).json())).toEqual(tombstone);
    const actions = (await api.store.audit.list(tenantId, { limit: 50, objectId: slide.id })).map(
      ({ action }) => action,
    );
    expect(actions).toContain('deleteSlide');
    expect(await api.store.audit.firstBroken(tenantId)).toBeNull();
  });

  test('is 409 SLIDE_IN_USE while an analysis is queued, and cancels it when asked to', async () => {
    const { slide } = await analysed('in-use.svs');
    const analysisId = await queue(slide.id);
    const refused = await ask(paths.slide(slide.id), 'DELETE');
    expect([refused.status, await codeOf(refused)]).toEqual([409, 'SLIDE_IN_USE']);
    expect((await api.store.slides.get(tenantId, slide.id))?.state).toBe('ready');
    expect((await ask(`${paths.slide(slide.id)}?cancel=true`, 'DELETE')).status).toBe(200);
    expect((await ask(paths.analysis(analysisId))).status).toBe(404);
  });

  test('is 409 SLIDE_HELD under a legal hold, and where a review was signed until that is said', async () => {
    const { slide, analysisId } = await analysed('held.svs');
    await signedReview(reader, analysisId, 'probably-tumour');
    const signed = await ask(paths.slide(slide.id), 'DELETE');
    expect([signed.status, await codeOf(signed)]).toEqual([409, 'SLIDE_HELD']);
    await ask(paths.slide(slide.id), 'PATCH', { legalHold: true });
    const held = await ask(`${paths.slide(slide.id)}?signed=true`, 'DELETE');
    expect([held.status, await codeOf(held)]).toEqual([409, 'SLIDE_HELD']);
    await ask(paths.slide(slide.id), 'PATCH', { legalHold: false });
    expect((await ask(`${paths.slide(slide.id)}?signed=true`, 'DELETE')).status).toBe(200);
    expect(await count('review_editions', 'tenant_id', tenantId)).toBe(0);
  });

  test('needs slides:delete, and another laboratory’s slide is not there', async () => {
    const { slide } = await analysed('other.svs');
    expect((await ask(paths.slide(slide.id), 'DELETE', undefined, await keyFor(api, 'uploader'))).status).toBe(403);
    expect((await ask(paths.slide('00000000-0000-7000-8000-0000000000ff'), 'DELETE')).status).toBe(404);
  });

  test('that a process did not live to end is shown to nobody, takes no analysis, and is ended at the start', async () => {
    const { slide, keys } = await analysed('cut.svs');
    const request = { by: 'someone', reason: '', cancel: false, signed: false };
    await api.store.deletions.begin(tenantId, slide.id, request);
    expect(await codeOf(await ask(paths.thumbnail(slide.id)))).toBe('SLIDE_NOT_READY');
    expect((await ask(paths.analyses, 'POST', { slideId: slide.id, model: 'sample' })).status).toBe(409);
    expect((await ask(paths.slide(slide.id), 'PATCH', { name: 'x' })).status).toBe(404);
    expect(JSON.stringify(await (await ask(paths.slides)).json())).not.toContain(slide.id);
    // As far as a process may come: half of its files are gone.
    await api.blobs.delete(keys[0] ?? '');
    await sweepRetention(api, new AbortController().signal);
    expect(await Promise.all(keys.map(isThere))).toEqual([false, false, false]);
    expect((await api.store.deletions.tombstone(tenantId, slide.id))?.goneAt).not.toBeNull();
    expect((await ask(paths.slide(slide.id))).status).toBe(404);
  });

  test('the first of two slides with the same bytes makes the second one the first', async () => {
    const [first, second] = [await enterSlide(api, 'twice.svs'), await enterSlide(api, 'twice again.svs')];
    const asDuplicate = 'UPDATE slides SET duplicate_of = $1, sha256 = $2 WHERE id = $3';
    await asOwner(api.ownerUrl, asDuplicate, [first.id, first.sha256, second.id]);
    expect((await ask(paths.slide(first.id), 'DELETE')).status).toBe(200);
    expect(await count('slides', 'duplicate_of', first.id)).toBe(0);
    expect((await ask(paths.slide(second.id))).status).toBe(200);
  });
});

describe('retention', () => {
  const preview = async () => RetentionPreview.parse(await (await ask(paths.retentionPreview)).json());
  const age = (table: string, column: string, id: string, days: number): Promise<unknown> =>
    asOwner(api.ownerUrl, `UPDATE ${table} SET ${column} = now() - make_interval(days => ${days}) WHERE id = $1`, [id]);

  test('nothing is let go until a laboratory says so; then what is past its time, but nothing held, signed or under way', async () => {
    const old = await analysed('old.svs');
    const held = await analysed('old and held.svs');
    const signed = await analysed('old and signed.svs');
    const busy = await analysed('old and busy.svs');
    const young = await analysed('young.svs');
    const refused = await enterSlide(api, 'refused.svs');
    await api.store.slides.setState(tenantId, refused.id, 'rejected');
    for (const { slide } of [old, held, signed, busy]) await age('slides', 'created_at', slide.id, 400);
    await age('slides', 'created_at', refused.id, 8);
    await age('analyses', 'finished_at', young.analysisId, 40);
    await ask(paths.slide(held.slide.id), 'PATCH', { legalHold: true });
    await signedReview(reader, signed.analysisId, 'definitely-normal');
    const queued = await queue(busy.slide.id);
    expect(await preview()).toMatchObject({ slides: [], analyses: [], truncated: false });

    const policy = { readyDays: 365, rejectedDays: 7, resultDays: 30 };
    expect((await ask(paths.retention, 'PUT', policy)).status).toBe(200);
    expect(await (await ask(paths.retention)).json()).toEqual(policy);
    const shown = await preview();
    expect(shown.slides.map(({ id }) => id)).toEqual([old.slide.id, refused.id]);
    expect(shown.analyses.map(({ id }) => id)).toEqual([young.analysisId]);
    expect((await ask(paths.slide(old.slide.id))).status).toBe(200);

    await sweepRetention(api, new AbortController().signal);
    expect(await preview()).toMatchObject({ slides: [], analyses: [] });
    const status = async (path: string): Promise<number> => (await ask(path)).status;
    expect(await Promise.all([old.slide.id, refused.id].map((id) => status(paths.slide(id))))).toEqual([404, 404]);
    for (const { slide } of [held, signed, busy, young]) expect(await status(paths.slide(slide.id))).toBe(200);
    expect(await status(paths.analysis(young.analysisId))).toBe(404);
    expect(await isThere(young.keys[2] ?? '')).toBe(false);
    expect(await isThere(young.keys[0] ?? '')).toBe(true);
    expect(await status(paths.analysis(queued))).toBe(200);
    const [entry] = await api.store.audit.list(tenantId, { limit: 1, objectId: old.slide.id });
    expect(entry).toMatchObject({ action: 'deleteSlide', actorKind: 'system', actorName: 'retention' });
  });

  test('of two processes that sweep at once one does', async () => {
    const order: string[] = [];
    let end = () => {};
    const first = api.store.retention.alone(async () => {
      order.push('first');
      await new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    await expect.poll(() => order).toEqual(['first']);
    expect(await api.store.retention.alone(async () => void order.push('second'))).toBe(false);
    end();
    expect(await first).toBe(true);
    expect(await api.store.retention.alone(async () => void order.push('third'))).toBe(true);
    expect(order).toEqual(['first', 'third']);
  });

  test.each([[{}], [{ readyDays: 0, rejectedDays: 1, resultDays: 1 }], [{ readyDays: null, rejectedDays: null }]])(
    'the rules %j are 400',
    async (policy) => {
      expect((await ask(paths.retention, 'PUT', policy)).status).toBe(400);
    },
  );
});
