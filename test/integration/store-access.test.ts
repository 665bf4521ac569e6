import { hashSecret, mintKey } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asOwner, openStores, startTestServer, type TestDatabase, type TestServer } from '../support/postgres.ts';
import { addTenantB, TENANT_A, TENANT_B } from '../support/store-samples.ts';

const GRANT = {
  name: 'k',
  roles: ['viewer'],
  phi: false,
  onlyPermissions: null,
  createdBy: 't',
  expiresAt: null,
} as const;
const TABLES = ['api_keys', 'users', 'sessions', 'audit_entries'];

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await startTestServer();
  database = await server.database();
  await addTenantB(database.ownerUrl);
  await using stores = openStores(database);
  // One of everything for A, for B and for the installation.
  for (const tenantId of [TENANT_A, TENANT_B, null]) await enter(stores.app, tenantId);
});
afterAll(() => server?.[Symbol.asyncDispose]());

async function enter(
  { apiKeys, users, sessions, audit }: ReturnType<typeof openStores>['app'],
  tenantId: string | null,
) {
  const { hash, hint } = mintKey();
  const key = await apiKeys.create(tenantId, { ...GRANT, hash, hint });
  await users.meet(tenantId, { issuer: 'i', subject: String(tenantId), name: 'n', roles: [] });
  const by = { kind: 'key', id: key.id } as const;
  await sessions.create(tenantId, { hash: hashSecret(String(tenantId)), by, expiresAt: new Date(Date.now() + 60_000) });
  const actor = { actorKind: 'key', actorId: key.id, actorName: 'k' };
  const act = { action: 'a', objectType: 'o', objectId: '', outcome: 'asked', requestId: 'r' };
  await audit.append(tenantId, [{ ...actor, ...act }]);
}

/** Rows of a table that the app role sees with no WHERE at all, in a session of a laboratory or of none. */
async function owners(table: string, tenantId: string | null): Promise<unknown[]> {
  const column = table === 'audit_entries' ? 'chain' : 'tenant_id';
  const rows = await asOwner<{ owner: string | null }>(
    database.appUrl,
    `SELECT ${column} AS owner FROM (SELECT set_config('app.tenant', '${tenantId ?? ''}', false)) s, LATERAL (SELECT * FROM ${table}) t`,
  );
  return rows.map(({ owner }) => owner);
}

describe('who may do what is kept apart by laboratory', () => {
  test.each(TABLES)('%s shows A its own row, B its own, and where none is named the installation’s', async (table) => {
    const none = table === 'audit_entries' ? '00000000-0000-0000-0000-000000000000' : null;
    expect(await owners(table, TENANT_A)).toEqual([TENANT_A]);
    expect(await owners(table, TENANT_B)).toEqual([TENANT_B]);
    expect(await owners(table, null)).toEqual([none]);
  });

  test('laboratories see themselves, and where none is named the operators see all', async () => {
    await using stores = openStores(database);
    const { tenants } = stores.app;
    expect((await tenants.list()).map(({ id }) => id).toSorted()).toEqual([TENANT_A, TENANT_B].toSorted());
    const seen = await stores.app.connection.inTenant(TENANT_B, (tx) =>
      tx.selectFrom('tenants').select('id').execute(),
    );
    expect(seen).toEqual([{ id: TENANT_B }]);
  });

  test.each([
    [
      `INSERT INTO api_keys (tenant_id, name, hash, hint, roles, created_by) SELECT $1, 'f', 'f', 'f', '{lab-admin}', 'f' FROM s`,
    ],
    [`INSERT INTO users (tenant_id, issuer, subject, name) SELECT $1, 'i', 'forged', 'f' FROM s`],
    [`INSERT INTO sessions (tenant_id, hash, api_key_id, expires_at) SELECT $1, 'f', uuidv7(), now() FROM s`],
  ])('refuses a row for another laboratory: %s', async (statement) => {
    for (const forWhom of [TENANT_A, null]) {
      const forged = `WITH s AS (SELECT set_config('app.tenant', '${TENANT_B}', false)) ${statement}`;
      await expect(
        asOwner(database.appUrl, forged.replace('$1', forWhom === null ? 'NULL' : `'${forWhom}'::uuid`)),
      ).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('a session that B opens with A’s key speaks for nobody', async () => {
    await using stores = openStores(database);
    const { apiKeys, sessions } = stores.app;
    const key = await apiKeys.create(TENANT_A, { ...GRANT, roles: ['lab-admin'], ...mintedFor() });
    const by = { kind: 'key', id: key.id } as const;
    await sessions.create(TENANT_B, { hash: hashSecret('forged'), by, expiresAt: new Date(Date.now() + 60_000) });
    expect(await sessions.find(hashSecret('forged'))).toBeNull();
    await sessions.create(TENANT_A, { hash: hashSecret('own'), by, expiresAt: new Date(Date.now() + 60_000) });
    expect(await sessions.find(hashSecret('own'))).toMatchObject({ tenantId: TENANT_A, principalId: key.id });
  });

  test('B can neither revoke A’s key, change its people, nor end its sessions', async () => {
    await using stores = openStores(database);
    const { apiKeys, users, sessions } = stores.app;
    const { rows: keys } = await apiKeys.list(TENANT_A, { limit: 1 });
    const { rows: people } = await users.list(TENANT_A, { limit: 1 });
    expect(await apiKeys.revoke(TENANT_B, keys[0]?.id ?? '')).toBeNull();
    expect(await users.change(TENANT_B, people[0]?.id ?? '', { roles: ['lab-admin'] })).toBeNull();
    const session = await sessions.find(hashSecret(TENANT_A));
    await sessions.end(TENANT_B, session?.id ?? '');
    expect(await sessions.find(hashSecret(TENANT_A))).toMatchObject({ id: session?.id });
  });
});

describe('whoever remembers a principal', () => {
  test('is told of a revoked key, a changed person and an ended session, and not of a mere use', async () => {
    await using stores = openStores(database);
    const { apiKeys, users, sessions, accessChanges, listener } = stores.app;
    const told: (string | null)[] = [];
    using _subscription = accessChanges.subscribe((id) => told.push(id));
    using _marks = listener.on('marks', () => told.push('mark'));
    await expect.poll(() => told.length).toBeGreaterThan(0);
    const minted = mintedFor();
    const key = await apiKeys.create(TENANT_A, { ...GRANT, ...minted });
    const by = { kind: 'key', id: key.id } as const;
    await sessions.create(TENANT_A, { hash: hashSecret('told'), by, expiresAt: new Date(Date.now() + 60_000) });
    const session = await sessions.find(hashSecret('told'));
    await apiKeys.find(minted.hash);
    const user = await users.meet(TENANT_A, { issuer: 'i', subject: 'told', name: 'n', roles: [] });
    await users.meet(TENANT_A, { issuer: 'i', subject: 'told', name: 'n', roles: [] });
    told.length = 0;
    await users.change(TENANT_A, user.id, { phi: true });
    await apiKeys.revoke(TENANT_A, key.id);
    await asOwner(database.ownerUrl, `SELECT pg_notify('marks', '')`);
    await expect.poll(() => told).toContain('mark');
    expect(told).toEqual([user.id, key.id, session?.id, 'mark']);
  });
});

function mintedFor(): { readonly hash: Buffer; readonly hint: string } {
  const { hash, hint } = mintKey();
  return { hash, hint };
}
