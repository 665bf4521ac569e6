/** What a page of a long list reads, as Postgres counts it. */
import { openStore, type Store } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listSlides, type SlideListRequest } from '../../packages/store/src/repositories/list-slides.ts';
import { asOwner, startTestServer } from '../support/postgres.ts';
import { manifest, TENANT_A } from '../support/store-samples.ts';
import { enterDay } from '../support/worklist-slides.ts';

const SLIDES = 5000;
const LIMIT = 100;

describe(`a page of ${LIMIT} of ${SLIDES} slides`, () => {
  const resources = new AsyncDisposableStack();
  let store: Store;

  beforeAll(async () => {
    const database = await resources.use(await startTestServer()).database();
    store = resources.use(openStore({ databaseUrl: database.appUrl, role: 'app', maxConnections: 2 }));
    const { id } = await store.models.register(manifest, 'b'.repeat(64), '/models/sample');
    await enterDay(database.ownerUrl, { count: SLIDES, seed: 3, modelIds: [id] });
    const [{ count } = { count: 0 }] = await asOwner<{ count: number }>(
      database.ownerUrl,
      'SELECT count(*)::integer AS count FROM worklist_places',
    );
    expect(count).toBeGreaterThan(1.5 * SLIDES);
  }, 120_000);
  afterAll(() => resources.disposeAsync());

  /** Rows that were read by going through all of a table, and that were picked by an index. */
  async function readSoFar(tx: Parameters<typeof listSlides>[0]): Promise<{ whole: number; picked: number }> {
    const rows = await tx
      .withTables<{ pgStatXactUserTables: { relname: string; seqTupRead: number; idxTupFetch: number } }>()
      .selectFrom('pgStatXactUserTables')
      .select(['seqTupRead', 'idxTupFetch'])
      .where('relname', 'in', ['slides', 'worklist_places'])
      .execute();
    const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
    return { whole: sum(rows.map((row) => row.seqTupRead)), picked: sum(rows.map((row) => row.idxTupFetch)) };
  }

  function readFor(request: Partial<SlideListRequest>) {
    return store.connection.inTenant(TENANT_A, async (tx) => {
      const before = await readSoFar(tx);
      const { nextCursor } = await listSlides(tx, TENANT_A, { limit: LIMIT, ...request });
      const { whole, picked } = await readSoFar(tx);
      return { nextCursor, whole: whole - before.whole, picked: picked - before.picked };
    });
  }

  test.each(['newest', 'oldest', 'name', 'size', 'score', 'uncertainty', 'priority'] as const)(
    'by %s is read from an index, the first page and the 30th alike',
    async (sort) => {
      const first = await readFor({ sort });
      let cursor = first.nextCursor;
      for (let page = 2; page < 30; page++) cursor = (await readFor({ sort, cursor: cursor ?? '' })).nextCursor;
      const later = await readFor({ sort, cursor: cursor ?? '' });
      for (const { whole, picked } of [first, later]) {
        expect(whole).toBe(0);
        // A slide and a place for each on the page and for the one after it, and a few that planning looks up.
        expect(picked).toBeLessThan(3 * LIMIT);
      }
    },
  );
});
