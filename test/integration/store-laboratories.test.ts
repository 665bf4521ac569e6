import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asOwner, openStores, startTestServer, type TestDatabase, type TestServer } from '../support/postgres.ts';
import { addTenantB, sampleAnalysis, TENANT_A, TENANT_B } from '../support/store-samples.ts';

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await startTestServer();
  database = await server.database();
  await addTenantB(database.ownerUrl);
});
afterAll(() => server[Symbol.asyncDispose]());

/** Runs statements one by one in one session of the app role; answers the last one's rows. */
const asApp = (statement: string) => asOwner<Record<string, unknown>>(database.appUrl, statement);

describe('laboratories are kept apart', () => {
  it('neither role is a superuser or may bypass row-level security', async () => {
    for (const url of [database.appUrl, database.dispatcherUrl]) {
      const rows = await asOwner(
        url,
        'SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user',
      );
      expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreaterole: false }]);
    }
  });

  it('forces row-level security on every table with a tenant_id and on tenants', async () => {
    const rows = await asOwner<{ name: string; forced: boolean }>(
      database.ownerUrl,
      `SELECT relname AS name, relrowsecurity AND relforcerowsecurity AS forced FROM pg_class c
       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
         AND (relname = 'tenants' OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'tenant_id'))`,
    );
    expect(rows.filter(({ forced }) => !forced)).toEqual([]);
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['tenants', 'slides', 'reviews', 'webhooks']));
  });

  it('shows tenant B 0 rows of tenant A in any table with no WHERE at all, and A its own', async () => {
    await using stores = openStores(database);
    const { app } = stores;
    await app.analyses.submit(TENANT_A, await sampleAnalysis(app, TENANT_A));
    await app.uploads.create(TENANT_A, { name: 'u', expectedSha256: null, sizeBytes: 1 });
    const count = async (tenantId: string | undefined, table: string) => {
      const rows = await asApp(
        tenantId === undefined
          ? `SELECT count(*)::integer AS n FROM ${table}`
          : `SELECT n FROM (SELECT set_config('app.tenant', '${tenantId}', false)) s, LATERAL (SELECT count(*)::integer AS n FROM ${table}) c`,
      );
      return rows[0]?.['n'];
    };
    for (const table of ['slides', 'uploads', 'analyses', 'tasks', 'events']) {
      expect([table, await count(TENANT_A, table)]).toEqual([table, 1]);
      expect([table, await count(TENANT_B, table)]).toEqual([table, 0]);
      expect([table, await count(undefined, table)]).toEqual([table, 0]);
    }
  });

  it('lets tenant B neither read, cancel nor follow an analysis of A, nor submit one on its slide', async () => {
    await using stores = openStores(database);
    const { app } = stores;
    const sample = await sampleAnalysis(app, TENANT_A);
    const { id } = await app.analyses.submit(TENANT_A, sample);
    expect(await app.analyses.get(TENANT_B, id)).toBe(null);
    expect(await app.analyses.cancel(TENANT_B, id)).toBe(null);
    expect(await app.analyses.place(TENANT_B, id)).toBe(null);
    expect(await app.events.since(TENANT_B, id, 0, 10)).toEqual([]);
    expect(await app.slides.setState(TENANT_B, sample.slideId, 'rejected')).toBe(null);
    await expect(app.analyses.submit(TENANT_B, sample)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await app.analyses.get(TENANT_A, id))?.state).toBe('queued');
  });

  it('refuses a row that the app role writes for another laboratory', async () => {
    const forged = asApp(
      `WITH s AS (SELECT set_config('app.tenant', '${TENANT_B}', false))
       INSERT INTO uploads (tenant_id, name) SELECT '${TENANT_A}', 'forged' FROM s`,
    );
    await expect(forged).rejects.toMatchObject({ code: '42501' });
  });

  it('forgets the laboratory with the transaction: a pooled connection serves B after A without a trace', async () => {
    await using stores = openStores(database, 1);
    const { app } = stores;
    const mine = await app.slides.list(TENANT_A, { limit: 10 });
    expect(mine.rows.length).toBeGreaterThan(0);
    expect((await app.slides.list(TENANT_B, { limit: 10 })).rows).toEqual([]);
    const without = await app.connection.inNoTenant((tx) => tx.selectFrom('slides').selectAll().execute());
    expect(without).toEqual([]);
  });

  it('calls text that is no id ARGUMENT_INVALID, and names no row of a broken constraint', async () => {
    await using stores = openStores(database);
    await expect(stores.app.slides.get(TENANT_A, "' OR 1=1")).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    const slide = { name: 'Jane Doe.svs', sizeBytes: -1, sha256: 'a'.repeat(64), blobKey: 'k' };
    const error = await stores.app.slides.create(TENANT_A, slide).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'INTERNAL', detail: 'SQLSTATE 23514' });
    expect(error.message).not.toContain('Jane');
  });
});
