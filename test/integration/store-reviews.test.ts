import type { Decision } from '@gigascope/contracts';
import type { Reader, ReviewRow } from '@gigascope/store';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterFinished } from '../support/finished-analysis.ts';
import {
  asOwner,
  openStores,
  startTestServer,
  type TestDatabase,
  type TestServer,
  type TestStores,
} from '../support/postgres.ts';
import { addTenantB, sampleAnalysis, sampleResult, TENANT_A, TENANT_B } from '../support/store-samples.ts';

const ANN: Reader = { kind: 'user', id: 'ann', name: 'Ann' };
const BEN: Reader = { kind: 'user', id: 'ben', name: 'Ben' };
const ACCEPT: Decision = { verdict: 'accept', note: '' };
const TABLES = [
  'reviews',
  'review_editions',
  'review_decisions',
  'review_changes',
  'review_sights',
  'slide_claims',
  'slide_truth',
];

let server: TestServer;
let database: TestDatabase;
let stores: TestStores;
beforeAll(async () => {
  server = await startTestServer();
  database = await server.database();
  await addTenantB(database.ownerUrl);
  stores = openStores(database);
});
afterAll(async () => {
  await stores?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

async function enterAnalysis(): Promise<{ slideId: string; analysisId: string }> {
  const { app, dispatcher } = stores;
  const { slideId } = await sampleAnalysis(app);
  const sample = { tenantId: TENANT_A, slideId, result: sampleResult(0) };
  return { slideId, analysisId: await enterFinished(app, dispatcher, sample) };
}

async function open(analysisId: string, reader: Reader): Promise<ReviewRow> {
  const opened = await stores.app.reviews.open(TENANT_A, { analysisId, reader, timeLimited: false });
  if (opened === null) throw new Error('not opened');
  return opened.review;
}

/** A review with one decision, signed by Ann and seen by Ben, with a claim and a truth: a row in each table. */
async function signedReview(): Promise<ReviewRow> {
  const { reviews, claims, readerStudies } = stores.app;
  const { slideId, analysisId } = await enterAnalysis();
  const { id } = await open(analysisId, ANN);
  const edit = (version: number) => ({ reviewId: id, reader: ANN, versions: [version] });
  await reviews.decide(TENANT_A, edit(1), [{ key: 'lesion-1', decision: ACCEPT }]);
  await reviews.edit(TENANT_A, edit(2), { confidence: 'equivocal' });
  const signed = await reviews.sign(TENANT_A, edit(3));
  if (signed === null) throw new Error('not signed');
  await reviews.get(TENANT_A, id, { readerId: BEN.id, seesAll: false });
  await claims.claim(TENANT_A, slideId, BEN);
  await readerStudies.setTruth(TENANT_A, slideId, 'normal', BEN.id);
  return signed;
}

const asApp = (statement: string): Promise<unknown> =>
  asOwner(database.appUrl, `SELECT set_config('app.tenant', '${TENANT_A}', false); ${statement}`);

describe('a signed review in Postgres', () => {
  it('is changed by no statement, not even a superuser’s: edition, decisions, new decisions, history', async () => {
    const { id } = await signedReview();
    for (const statement of [
      `UPDATE review_editions SET comment = 'x' WHERE review_id = $1`,
      `UPDATE review_editions SET state = 'open', signed_at = NULL WHERE review_id = $1`,
      'DELETE FROM review_editions WHERE review_id = $1',
      `UPDATE review_decisions SET decision = '{"verdict": "reject"}' WHERE review_id = $1`,
      'DELETE FROM review_decisions WHERE review_id = $1',
      `INSERT INTO review_decisions (review_id, edition, key, tenant_id, decision)
         SELECT id, 1, 'lesion-2', tenant_id, '{"verdict": "accept"}' FROM reviews WHERE id = $1`,
    ])
      await expect(asOwner(database.ownerUrl, statement, [id]), statement).rejects.toMatchObject({ code: 'RV409' });
    for (const statement of ['UPDATE review_changes SET after = NULL', 'DELETE FROM review_changes'])
      await expect(asOwner(database.ownerUrl, statement)).rejects.toThrow('never changed');
  });

  it('gives the app role no right to delete, to rename the reader or to rewrite history', async () => {
    await signedReview();
    for (const statement of [
      'DELETE FROM reviews',
      'DELETE FROM review_editions',
      `UPDATE reviews SET reader_id = 'x'`,
      `UPDATE review_editions SET amend_reason = 'x'`,
      'DELETE FROM review_sights',
      `UPDATE review_changes SET actor_id = 'x'`,
      'TRUNCATE review_changes',
    ])
      await expect(asApp(statement), statement).rejects.toMatchObject({ code: '42501' });
  });

  it('says REVIEW_SIGNED where a statement of the store meets it', async () => {
    const { id } = await signedReview();
    const write = stores.app.connection.inTenant(TENANT_A, (tx) =>
      tx
        .updateTable('review_editions' as never)
        .set({ comment: 'x' } as never)
        .where('review_id' as never, '=', id as never)
        .execute(),
    );
    await expect(write).rejects.toMatchObject({ code: 'REVIEW_SIGNED' });
  });

  it('goes with its analysis when the laboratory deletes that', async () => {
    const { id, analysisId } = await signedReview();
    await asApp(`DELETE FROM analyses WHERE id = '${analysisId}'`);
    expect(await stores.app.reviews.get(TENANT_A, id, { readerId: ANN.id, seesAll: true })).toBe(null);
  });
});

describe('laboratories', () => {
  it('see no row of another in any of the 7 tables, and change none', async () => {
    const { id, slideId } = await signedReview();
    for (const table of TABLES) {
      const count = async (tenantId: string) =>
        stores.app.connection.inTenant(tenantId, async (tx) => {
          const rows = await tx
            .selectFrom(table as never)
            .selectAll()
            .execute();
          return rows.length;
        });
      expect([table, await count(TENANT_B)]).toEqual([table, 0]);
      expect(await count(TENANT_A), table).toBeGreaterThan(0);
    }
    const { reviews, claims, readerStudies } = stores.app;
    const all = { readerId: ANN.id, seesAll: true };
    expect(await reviews.get(TENANT_B, id, all)).toBe(null);
    expect(await reviews.history(TENANT_B, id, all, { limit: 9 })).toBe(null);
    expect(await reviews.ofSlide(TENANT_B, slideId)).toBe(null);
    expect(await reviews.amend(TENANT_B, { reviewId: id, reader: ANN, versions: [4] }, 'theirs')).toBe(null);
    expect(await claims.claim(TENANT_B, slideId, ANN)).toBe(null);
    expect(await claims.ofSlides(TENANT_B, [slideId])).toEqual([]);
    expect(await readerStudies.setTruth(TENANT_B, slideId, 'tumour', 'x')).toBe(false);
    expect(await readerStudies.readings(TENANT_B, { limit: 9 })).toEqual([]);
  });
});

const KEYS = ['lesion-1', 'lesion-2'] as const;
/** An edit by one of two readers, from one of two windows that know the version they last saw. */
const someEdit = fc.record({
  reader: fc.constantFrom(0, 1),
  window: fc.constantFrom(0, 1),
  key: fc.constantFrom(...KEYS),
  note: fc.constantFrom('a', 'b', 'c', null),
  act: fc.constantFrom('decide', 'decide', 'decide', 'reload', 'sign', 'amend'),
});

describe('edits of two readers, each at two windows', () => {
  it('are kept or refused in any order, even at once: what is accepted stands until an edit that knew of it', async () => {
    const { reviews } = stores.app;
    await fc.assert(
      fc.asyncProperty(fc.array(someEdit, { minLength: 1, maxLength: 14 }), fc.boolean(), async (acts, atOnce) => {
        const { analysisId } = await enterAnalysis();
        const readers = [ANN, BEN];
        const ids = [(await open(analysisId, ANN)).id, (await open(analysisId, BEN)).id];
        const known = [
          [1, 1],
          [1, 1],
        ];
        const accepted: { reader: number; from: number; to: number; key: string; note: string | null }[] = [];
        const perform = async ({ reader, window, key, note, act }: (typeof acts)[number]): Promise<void> => {
          const [id = '', by = ANN, windows = []] = [ids[reader], readers[reader], known[reader]];
          const from = windows[window] ?? 1;
          const edit = { reviewId: id, reader: by, versions: [from] };
          if (act === 'reload') {
            windows[window] =
              (await reviews.get(TENANT_A, id, { readerId: by.id, seesAll: false }))?.review.version ?? 0;
            return;
          }
          const decision: Decision | null = note === null ? null : { verdict: 'accept', note };
          const done = await (act === 'sign'
            ? reviews.sign(TENANT_A, edit)
            : act === 'amend'
              ? reviews.amend(TENANT_A, edit, 'again')
              : reviews.decide(TENANT_A, edit, [{ key, decision }])
          ).catch((error: { code: string }) => {
            expect(['EDIT_CONFLICT', 'REVIEW_SIGNED', 'CONFLICT']).toContain(error.code);
            return null;
          });
          if (done === null) return;
          windows[window] = done.version;
          if (act === 'decide') accepted.push({ reader, from, to: done.version, key, note });
        };
        for (const [k, id] of ids.entries()) {
          const [by = ANN, windows = []] = [readers[k], known[k]];
          const edit = { reviewId: id, reader: by, versions: [1] };
          await reviews.edit(TENANT_A, edit, { confidence: 'equivocal' });
          windows.fill(2);
        }
        if (atOnce) await Promise.all(acts.map(perform));
        else for (const act of acts) await perform(act);

        for (const [reader, id] of ids.entries()) {
          const by = readers[reader] ?? ANN;
          const viewer = { readerId: by.id, seesAll: false };
          const seen = await reviews.get(TENANT_A, id, viewer);
          const own = accepted.filter((edit) => edit.reader === reader);
          // Each step from one version to the next was made once, by one who had seen the version before.
          const steps = own.filter(({ from, to }) => to > from);
          expect(steps.every(({ from, to }) => to === from + 1)).toBe(true);
          expect(new Set(steps.map(({ to }) => to)).size).toBe(steps.length);
          // What stands is what the last accepted edit of each finding said, and the history replays to it.
          const replayed = new Map<string, unknown>();
          const history = await reviews.history(TENANT_A, id, viewer, { limit: 100 });
          for (const change of history?.rows ?? []) {
            if (change.kind !== 'decision') continue;
            expect(change.before).toEqual(replayed.get(change.subject) ?? null);
            replayed.set(change.subject, change.after);
          }
          for (const key of KEYS) {
            const stands = seen?.content?.decisions.find((decision) => decision.key === key)?.decision ?? null;
            const last = steps
              .filter((edit) => edit.key === key)
              .toSorted((a, b) => a.to - b.to)
              .at(-1);
            expect(stands?.note ?? null).toBe(last?.note ?? null);
            expect(stands).toEqual(replayed.get(key) ?? null);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
