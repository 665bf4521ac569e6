/** Reviews over HTTP, from the first decision to adjudication. Longer than a file should be: each part goes on from the readers of the one before. */
import { randomUUID } from 'node:crypto';
import {
  Adjudication,
  Problem,
  paths,
  Review,
  ReviewHistory,
  ReviewList,
  ReviewSummary,
  SlideClaim,
  SlidePage,
  SlideVerdict,
} from '@gigascope/contracts/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asOwner } from '../support/postgres.ts';
import {
  type Caller,
  callerWith,
  enterReadSlide,
  openReview,
  type ReviewedSlide,
  readReview,
  signedReview,
} from '../support/review-samples.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { addTenantB, sampleAnalysis, TENANT_A, TENANT_B } from '../support/store-samples.ts';

const ACCEPT = { verdict: 'accept', note: '' } as const;
const FOLD = { verdict: 'reject', reason: 'artefact', note: 'a fold' } as const;

let api: RunningApi;
let first: Caller;
let second: Caller;
let adjudicator: Caller;
let viewer: Caller;
let stranger: Caller;
let slide: ReviewedSlide;

beforeAll(async () => {
  api = await startApi({}, 'keys');
  await addTenantB(api.ownerUrl);
  first = await callerWith(api, 'reviewer');
  second = await callerWith(api, 'reviewer');
  adjudicator = await callerWith(api, 'adjudicator');
  viewer = await callerWith(api, 'viewer');
  stranger = await callerWith(api, 'lab-admin', TENANT_B);
});
afterAll(() => api?.[Symbol.asyncDispose]());

const freshSlide = async () => {
  slide = await enterReadSlide(api);
  return slide;
};
const codeOf = async (answer: Promise<Response>): Promise<[number, string]> => {
  const { status, code } = Problem.parse(await (await answer).json());
  return [status, code];
};

describe('a review', () => {
  it('is opened once by each reader: 201, then 200 with the same', async () => {
    const { analysisId } = await freshSlide();
    const made = await first.ask('POST', paths.reviewsOfAnalysis(analysisId), {});
    expect([made.status, made.headers.get('etag')]).toEqual([201, '"1"']);
    const review = ReviewSummary.parse(await made.json());
    expect(review).toMatchObject({ purpose: 'first', state: 'open', version: 1, edition: 1, own: true });
    const again = await first.ask('POST', paths.reviewsOfAnalysis(analysisId), {});
    expect([again.status, await again.json()]).toEqual([200, review]);
    expect(await openReview(second, analysisId)).toMatchObject({ purpose: 'second', own: true });
    const asked = first.ask('POST', paths.reviewsOfAnalysis(analysisId), { purpose: 'second' });
    expect(await codeOf(asked)).toEqual([409, 'CONFLICT']);
  });

  it('is one of an analysis that succeeded, of the own laboratory', async () => {
    const { analysisId } = await freshSlide();
    const queued = await api.store.analyses.submit(TENANT_A, await sampleAnalysis(api.store));
    const open = (caller: Caller, id: string) => codeOf(caller.ask('POST', paths.reviewsOfAnalysis(id), {}));
    expect(await open(first, queued.id)).toEqual([409, 'RESULT_NOT_READY']);
    expect(await open(first, randomUUID())).toEqual([404, 'NOT_FOUND']);
    expect(await open(stranger, analysisId)).toEqual([404, 'NOT_FOUND']);
    expect(await open(viewer, analysisId)).toEqual([403, 'FORBIDDEN']);
    const asked = first.ask('POST', paths.reviewsOfAnalysis(analysisId), { purpose: 'adjudication' });
    expect(await codeOf(asked)).toEqual([403, 'FORBIDDEN']);
  });

  it('takes 2 readers who open at once for a first and a second', async () => {
    const { analysisId } = await freshSlide();
    const opened = await Promise.all([openReview(first, analysisId), openReview(second, analysisId)]);
    expect(opened.map(({ purpose }) => purpose).sort()).toEqual(['first', 'second']);
  });
});

describe('edits', () => {
  it('name the version that they are made to: 428 without, 412 to an old one, and the current one in words', async () => {
    const { id } = await openReview(first, (await freshSlide()).analysisId);
    const edit = (version?: number | string) => first.ask('PATCH', paths.review(id), { comment: 'x' }, version);
    expect(await codeOf(edit())).toEqual([428, 'EDIT_UNCONDITIONAL']);
    expect(await codeOf(edit('*'))).toEqual([428, 'EDIT_UNCONDITIONAL']);
    const edited = await edit(1);
    expect([edited.status, edited.headers.get('etag')]).toEqual([200, '"2"']);
    const late = await first.ask('PATCH', paths.review(id), { comment: 'y' }, 1);
    expect([late.status, await late.json()]).toMatchObject([
      412,
      { code: 'EDIT_CONFLICT', detail: 'the current version is 2' },
    ]);
    expect((await readReview(first, id)).content?.comment).toBe('x');
  });

  it('decide, move, add and undo, one by one and 3 at once, and read back as they were sent', async () => {
    const { id } = await openReview(first, (await freshSlide()).analysisId);
    const added = `added-${randomUUID()}`;
    const ring = { verdict: 'added', shape: { kind: 'polygon', ringL0: [10, 10, 20.5, 10, 15, 30] }, note: '' };
    const moved = { verdict: 'moved', to: { xL0: 1000, yL0: 0 }, note: '' };
    await first.ask('PUT', paths.decision(id, 'lesion-1'), FOLD, 1);
    const changes = [
      { key: 'lesion-1', decision: ACCEPT },
      { key: 'lesion-2', decision: moved },
      { key: added, decision: ring },
    ];
    expect(await first.json('PATCH', paths.decisions(id), { changes }, 2)).toMatchObject({ version: 3 });
    expect((await readReview(first, id)).content?.decisions).toEqual(changes);
    expect(await first.json('DELETE', paths.decision(id, 'lesion-1'), undefined, 3)).toMatchObject({ version: 4 });
    expect(await first.json('DELETE', paths.decision(id, 'lesion-1'), undefined, 4)).toMatchObject({ version: 4 });
    expect((await readReview(first, id)).content?.decisions).toEqual(changes.slice(1));
  });

  it('of findings that are not there, off the slide or of the wrong kind change nothing at all', async () => {
    const { id } = await openReview(first, (await freshSlide()).analysisId);
    const point = (xL0: number) => ({ verdict: 'added', shape: { kind: 'point', xL0, yL0: 5 }, note: '' });
    const batch = (...changes: unknown[]) => codeOf(first.ask('PATCH', paths.decisions(id), { changes }, 1));
    const good = { key: 'lesion-1', decision: ACCEPT };
    expect(await batch(good, { key: 'lesion-3', decision: ACCEPT })).toEqual([404, 'NOT_FOUND']);
    expect(await batch(good, { key: 'detection-1', decision: ACCEPT })).toEqual([404, 'NOT_FOUND']);
    expect(await batch(good, { key: `added-${randomUUID()}`, decision: point(1000.5) })).toEqual([
      400,
      'ARGUMENT_INVALID',
    ]);
    expect(await batch(good, { key: 'lesion-2', decision: point(5) })).toEqual([400, 'ARGUMENT_INVALID']);
    expect(await batch(good, good)).toEqual([400, 'ARGUMENT_INVALID']);
    const put = (key: string, body: unknown) => codeOf(first.ask('PUT', paths.decision(id, key), body, 1));
    expect(await put(`added-${randomUUID()}`, ACCEPT)).toEqual([400, 'ARGUMENT_INVALID']);
    expect(await put('lesion-0', ACCEPT)).toEqual([400, 'ARGUMENT_INVALID']);
    expect(await put('lesion-1', { verdict: 'reject', note: '' })).toEqual([400, 'ARGUMENT_INVALID']);
    expect(await readReview(first, id)).toMatchObject({ version: 1, content: { decisions: [] } });
  });

  it('are of the reader alone: 403 for the second reader and for the administrator', async () => {
    const { id } = await openReview(first, (await freshSlide()).analysisId);
    for (const caller of [second, adjudicator])
      expect(await codeOf(caller.ask('PUT', paths.decision(id, 'lesion-1'), ACCEPT, 1))).toEqual([403, 'FORBIDDEN']);
    expect(await codeOf(stranger.ask('PUT', paths.decision(id, 'lesion-1'), ACCEPT, 1))).toEqual([404, 'NOT_FOUND']);
  });

  it('stand in the history with who, when, before and after, page by page', async () => {
    const { id } = await openReview(first, (await freshSlide()).analysisId);
    await first.ask('PUT', paths.decision(id, 'lesion-1'), FOLD, 1);
    await first.ask('PUT', paths.decision(id, 'lesion-1'), ACCEPT, 2);
    await first.ask('PATCH', paths.review(id), { confidence: 'equivocal', comment: 'unsure' }, 3);
    const history = ReviewHistory.parse(await first.json('GET', paths.reviewHistory(id)));
    expect(
      history.items.map(({ version, kind, subject, before, after }) => [version, kind, subject, before, after]),
    ).toEqual([
      [1, 'opened', 'first', null, { timeLimited: false }],
      [2, 'decision', 'lesion-1', null, FOLD],
      [3, 'decision', 'lesion-1', FOLD, ACCEPT],
      [4, 'field', 'confidence', null, 'equivocal'],
      [4, 'field', 'comment', '', 'unsure'],
    ]);
    expect(new Set(history.items.map(({ by }) => by.id))).toEqual(new Set([first.id]));
    const page = ReviewHistory.parse(await first.json('GET', `${paths.reviewHistory(id)}?limit=4`));
    const rest = await first.json<ReviewHistory>('GET', `${paths.reviewHistory(id)}?cursor=${page.nextCursor}`);
    expect([...page.items, ...rest.items]).toEqual(history.items);
    expect(rest.nextCursor).toBe(null);
  });
});

describe('sign-off', () => {
  it('needs a confidence, freezes, and is amended by a new edition while the signed one stays', async () => {
    const { id } = await openReview(first, (await freshSlide()).analysisId);
    expect(await codeOf(first.ask('POST', paths.sign(id), undefined, 1))).toEqual([409, 'CONFLICT']);
    await first.ask('PATCH', paths.review(id), { confidence: 'probably-tumour', comment: 'as signed' }, 1);
    await first.ask('PUT', paths.decision(id, 'lesion-1'), ACCEPT, 2);
    expect(await codeOf(first.ask('POST', paths.sign(id), undefined, 2))).toEqual([412, 'EDIT_CONFLICT']);
    expect(await first.json('POST', paths.sign(id), undefined, 3)).toMatchObject({ state: 'signed', version: 4 });
    for (const [method, path, body] of [
      ['PATCH', paths.review(id), { comment: 'later' }],
      ['PUT', paths.decision(id, 'lesion-1'), FOLD],
      ['DELETE', paths.decision(id, 'lesion-1'), undefined],
      ['POST', paths.sign(id), undefined],
    ] as const)
      expect(await codeOf(first.ask(method, path, body, 4))).toEqual([409, 'REVIEW_SIGNED']);

    expect(await codeOf(first.ask('POST', paths.amend(id), { reason: ' ' }, 4))).toEqual([400, 'ARGUMENT_INVALID']);
    const amended = await first.json('POST', paths.amend(id), { reason: 'deeper section' }, 4);
    expect(amended).toMatchObject({ state: 'open', version: 5, edition: 2 });
    expect(await codeOf(first.ask('POST', paths.amend(id), { reason: 'twice' }, 5))).toEqual([409, 'CONFLICT']);
    await first.ask('PUT', paths.decision(id, 'lesion-1'), FOLD, 5);
    const [signed, current] = [await readReview(first, id, 1), Review.parse(await readReview(first, id))];
    expect(signed.content).toMatchObject({ state: 'signed', comment: 'as signed', decisions: [{ decision: ACCEPT }] });
    expect(current.content).toMatchObject({
      state: 'open',
      amendReason: 'deeper section',
      decisions: [{ decision: FOLD }],
    });
    // Until the amendment is signed, others see what was.
    expect((await readReview(viewer, id)).content?.edition).toBe(1);
  });

  it('adds attention up once, though it was sent twice and by a clock that is 3 hours fast', async () => {
    const { id, openedAt } = await openReview(first, (await freshSlide()).analysisId);
    await asOwner(
      api.ownerUrl,
      `UPDATE review_editions SET opened_at = now() - interval '1 hour' WHERE review_id = $1`,
      [id],
    );
    const at = (seconds: number) => new Date(Date.parse(openedAt) + 10_800_000 - seconds * 1000).toISOString();
    const attend = (...periods: [number, number][]) =>
      first.json<{ readingMs: number }>('POST', paths.attention(id), {
        sentAt: new Date(Date.now() + 10_800_000).toISOString(),
        periods: periods.map(([from, to]) => ({ from: at(from), to: at(to) })),
      });
    const near = (ms: number, wanted: number) => expect(Math.abs(ms - wanted)).toBeLessThan(20);
    near((await attend([100, 40])).readingMs, 60_000);
    near((await attend([100, 40], [60, 20])).readingMs, 80_000);
    // Of 25 minutes 10 count; what was before the review was opened does not.
    near((await attend([3000, 1500], [9000, 8000])).readingMs, 680_000);
    near((await readReview(first, id)).content?.readingMs ?? 0, 680_000);
    expect(await readReview(first, id)).toMatchObject({ version: 1 });
  });
});

describe('two readers', () => {
  it('see of one another that they read, and nothing of what they say until their own is signed', async () => {
    const { slideId, analysisId } = await freshSlide();
    const signed = await signedReview(first, analysisId, 'definitely-tumour');
    const own = await openReview(second, analysisId);
    const list = ReviewList.parse(await second.json('GET', paths.reviewsOfSlide(slideId)));
    expect(list.items.map(({ id, state }) => [id, state])).toEqual([
      [signed.id, 'signed'],
      [own.id, 'open'],
    ]);
    expect(JSON.stringify(list)).not.toContain('definitely');
    expect(await readReview(second, signed.id)).toMatchObject({ state: 'signed', content: null });
    expect(await codeOf(second.ask('GET', paths.reviewHistory(signed.id)))).toEqual([403, 'FORBIDDEN']);
    const blinded = { verdict: null, blinded: true, awaitsAdjudication: false };
    expect(await second.json('GET', paths.verdict(slideId))).toEqual(blinded);
    expect(await codeOf(second.ask('GET', paths.adjudication(slideId)))).toEqual([403, 'FORBIDDEN']);
    // An open review is its reader's; adjudicators who read nothing themselves see all.
    expect((await readReview(first, own.id)).content).toBe(null);
    expect((await readReview(adjudicator, own.id)).content?.state).toBe('open');

    await second.ask('PATCH', paths.review(own.id), { confidence: 'equivocal' }, 1);
    await second.ask('POST', paths.sign(own.id), undefined, 2);
    expect((await readReview(second, signed.id)).content?.confidence).toBe('definitely-tumour');
    expect((await readReview(second, own.id)).content?.sawOthers).toBe(false);
  });

  it('of whom one may adjudicate: blinded as any other while their own is open, by every way, and told once it is signed', async () => {
    const { slideId, analysisId } = await freshSlide();
    const signed = await signedReview(first, analysisId, 'definitely-tumour');
    const unsigned = await openReview(second, analysisId);
    const own = await openReview(adjudicator, analysisId);
    for (const { id } of [signed, unsigned]) {
      expect((await readReview(adjudicator, id)).content).toBe(null);
      expect((await readReview(adjudicator, id, 1)).content).toBe(null);
      expect(await codeOf(adjudicator.ask('GET', paths.reviewHistory(id)))).toEqual([403, 'FORBIDDEN']);
    }
    expect(await adjudicator.json('GET', paths.verdict(slideId))).toMatchObject({ verdict: null, blinded: true });
    for (const path of [paths.adjudication(slideId), paths.fhir(analysisId)])
      expect(await codeOf(adjudicator.ask('GET', path))).toEqual([403, 'FORBIDDEN']);

    await adjudicator.ask('PATCH', paths.review(own.id), { confidence: 'equivocal' }, 1);
    await adjudicator.ask('POST', paths.sign(own.id), undefined, 2);
    expect((await readReview(adjudicator, signed.id)).content?.confidence).toBe('definitely-tumour');
    expect((await readReview(adjudicator, own.id)).content?.sawOthers).toBe(false);
    const compared = Adjudication.parse(await adjudicator.json('GET', paths.adjudication(slideId)));
    expect(compared.reviews.map(({ id }) => id)).toEqual([signed.id, own.id]);
  });

  it('are shown to who adjudicates without an own reading, also while the adjudication is open', async () => {
    const { slideId, analysisId } = await freshSlide();
    const signed = await signedReview(first, analysisId, 'definitely-tumour');
    await openReview(adjudicator, analysisId, { purpose: 'adjudication' });
    const compared = Adjudication.parse(await adjudicator.json('GET', paths.adjudication(slideId)));
    expect(compared.reviews.map(({ id }) => id)).toEqual([signed.id]);
    expect((await readReview(adjudicator, signed.id)).content?.confidence).toBe('definitely-tumour');
  });

  it('who looked before they read are marked as having seen it', async () => {
    const { analysisId } = await freshSlide();
    const signed = await signedReview(first, analysisId, 'definitely-tumour');
    expect((await readReview(second, signed.id)).content).not.toBe(null);
    const { id } = await signedReview(second, analysisId, 'definitely-tumour');
    expect((await readReview(second, id)).content?.sawOthers).toBe(true);
  });

  it('are compared finding by finding; the adjudication holds, before it the only review, else nothing', async () => {
    const { slideId, analysisId } = await freshSlide();
    const verdict = async () => SlideVerdict.parse(await viewer.json('GET', paths.verdict(slideId)));
    const read = async (reader: Caller, confidence: string, changes: unknown[], body: unknown = {}) => {
      const { id } = await openReview(reader, analysisId, body);
      await reader.ask('PATCH', paths.review(id), { confidence }, 1);
      await reader.ask('PATCH', paths.decisions(id), { changes }, 2);
      return reader.json<ReviewSummary>('POST', paths.sign(id), undefined, 3);
    };
    expect(await verdict()).toEqual({ verdict: null, blinded: false, awaitsAdjudication: false });
    const both = [
      { key: 'lesion-1', decision: ACCEPT },
      { key: 'lesion-2', decision: ACCEPT },
    ];
    const one = await read(first, 'probably-tumour', both);
    expect((await verdict()).verdict).toMatchObject({ source: 'review', reviewId: one.id, positive: true });
    const other = await read(second, 'probably-normal', [
      { key: 'lesion-1', decision: ACCEPT },
      { key: 'lesion-2', decision: FOLD },
    ]);
    expect(await verdict()).toMatchObject({ verdict: null, awaitsAdjudication: true });

    const compared = Adjudication.parse(await adjudicator.json('GET', paths.adjudication(slideId)));
    expect(compared.reviews.map(({ id }) => id)).toEqual([one.id, other.id]);
    expect(compared.findings).toEqual([
      { key: 'lesion-1', decisions: [ACCEPT, ACCEPT], differ: false },
      { key: 'lesion-2', decisions: [ACCEPT, FOLD], differ: true },
    ]);
    // One accepts all: by chance they agree as often as they do, 1 of 2, so kappa is (0.5 − 0.5) / (1 − 0.5).
    expect(compared.agreements).toMatchObject([{ compared: 2, agreement: 0.5, kappa: 0 }]);

    const last = await read(adjudicator, 'definitely-normal', [{ key: 'lesion-2', decision: FOLD }], {
      purpose: 'adjudication',
    });
    expect((await verdict()).verdict).toMatchObject({ source: 'adjudication', reviewId: last.id, positive: false });
  });
});

describe('a claim', () => {
  it('holds a slide for one reader until it runs out, is let go, or the review is signed', async () => {
    const { slideId, analysisId } = await freshSlide();
    const claim = (caller: Caller) => caller.ask('POST', paths.claim(slideId));
    const held = SlideClaim.parse(await (await claim(first)).json());
    expect(held.by.id).toBe(first.id);
    expect(Date.parse(held.until) - Date.parse(held.claimedAt)).toBeCloseTo(1_800_000, -3);
    expect(await codeOf(claim(second))).toEqual([409, 'SLIDE_CLAIMED']);
    const listed = SlidePage.parse(await viewer.json('GET', `${paths.slides}?limit=2`));
    expect(listed.items.map(({ claimedBy }) => claimedBy?.by.id ?? null)).toEqual([first.id, null]);
    expect(await codeOf(second.ask('DELETE', paths.claim(slideId)))).toEqual([403, 'FORBIDDEN']);
    expect(await codeOf(stranger.ask('POST', paths.claim(slideId)))).toEqual([404, 'NOT_FOUND']);

    const lease = `UPDATE slide_claims SET lease_until = now() + $2::interval WHERE slide_id = $1`;
    await asOwner(api.ownerUrl, lease, [slideId, '1 minute']);
    const { id } = await openReview(first, analysisId);
    const renewed = SlideClaim.parse(await (await claim(first)).json());
    expect(renewed.claimedAt).toBe(held.claimedAt);
    expect(Date.parse(renewed.until)).toBeGreaterThan(Date.now() + 1_700_000);

    await asOwner(api.ownerUrl, lease, [slideId, '-1 second']);
    expect((await claim(second)).status).toBe(200);
    expect((await second.ask('DELETE', paths.claim(slideId))).status).toBe(204);
    expect((await second.ask('DELETE', paths.claim(slideId))).status).toBe(204);

    await claim(first);
    await first.ask('PATCH', paths.review(id), { confidence: 'equivocal' }, 1);
    await first.ask('POST', paths.sign(id), undefined, 2);
    expect((await claim(second)).status).toBe(200);
    expect((await adjudicator.ask('DELETE', paths.claim(slideId))).status).toBe(204);
  });
});
