import type { Permission, Role } from '@gigascope/contracts';
import { type ApiKey, type NewApiKey, paths, type Tenant } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asker, makeKey } from '../support/access.ts';
import { asOwner } from '../support/postgres.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';

let api: RunningApi;
let other: string;
beforeAll(async () => {
  api = await startApi({}, 'keys');
  other = (await api.store.tenants.create('other', null)).id;
});
afterAll(() => api?.[Symbol.asyncDispose]());

async function askAs(roles: readonly Role[], tenantId?: string, only?: readonly Permission[]) {
  const grant = { roles, ...(tenantId && { tenantId }), ...(only && { only }) };
  return asker(api.url, (await makeKey(api.store, grant)).key);
}
type Ask = ReturnType<typeof asker>;
type Page = { readonly items: readonly ApiKey[]; readonly nextCursor: string | null };

const create = async (ask: Ask, body: Partial<NewApiKey>): Promise<[number, (ApiKey & { key: string }) | null]> => {
  const response = await ask(paths.keys, 'POST', { name: 'made', roles: ['viewer'], ...body });
  return [response.status, response.status === 201 ? await response.json() : null];
};
const list = async (ask: Ask, query = ''): Promise<readonly ApiKey[]> =>
  ((await (await ask(`${paths.keys}${query}`)).json()) as Page).items;

describe('keys of a laboratory', () => {
  test('are shown once, work at once, are listed without what opens anything, and end at once', async () => {
    const admin = await askAs(['lab-admin']);
    const [status, made] = await create(admin, { name: 'scanner 3', roles: ['uploader'] });
    expect(status).toBe(201);
    expect(made).toMatchObject({ name: 'scanner 3', roles: ['uploader'], createdBy: 'lab-admin', usedAt: null });
    const { id = '', key = '', hint } = made ?? {};
    expect(key).toMatch(/^gsk_[\w-]{43}$/);
    expect(key.endsWith(String(hint))).toBe(true);
    const scanner = asker(api.url, key);
    expect((await scanner(paths.slides)).status).toBe(200);

    const listed = await (await admin(paths.keys)).text();
    expect(listed).toContain('scanner 3');
    expect(listed).not.toContain(key.slice(0, 20));
    expect((await list(admin)).find((item) => item.id === id)?.usedAt).toMatch(/^\d{4}-/);

    const revoke = (): Promise<Response> => admin(paths.key(id), 'DELETE');
    expect((await revoke()).status).toBe(200);
    expect((await scanner(paths.slides)).status).toBe(401);
    const { revokedAt } = (await (await revoke()).json()) as ApiKey;
    expect(revokedAt).toMatch(/^\d{4}-/);
  });

  test('come in pages', async () => {
    const tenantId = (await api.store.tenants.create('pages', null)).id;
    const admin = await askAs(['lab-admin'], tenantId);
    for (let i = 0; i < 4; i++) await create(admin, { name: `key ${i}` });
    const first = (await (await admin(`${paths.keys}?limit=3`)).json()) as Page;
    const second = (await (await admin(`${paths.keys}?limit=3&cursor=${first.nextCursor}`)).json()) as Page;
    expect([first, second].map(({ items }) => items.map(({ name }) => name))).toEqual([
      ['key 3', 'key 2', 'key 1'],
      ['key 0', 'lab-admin'],
    ]);
    expect(second.nextCursor).toBeNull();
  });

  test('are its own: another’s are neither listed, revoked nor made', async () => {
    const [mine, theirs] = [await askAs(['lab-admin']), await askAs(['lab-admin'], other)];
    const [, made] = await create(theirs, { name: 'theirs' });
    expect((await list(mine)).map(({ name }) => name)).not.toContain('theirs');
    expect((await mine(paths.key(made?.id ?? ''), 'DELETE')).status).toBe(404);
    expect((await mine(`${paths.key(made?.id ?? '')}?tenant=${other}`, 'DELETE')).status).toBe(403);
    expect((await mine(`${paths.keys}?tenant=${other}`)).status).toBe(403);
    expect((await create(mine, { tenantId: other }))[0]).toBe(403);
    expect((await asker(api.url, made?.key)(paths.slides)).status).toBe(200);
  });

  test('of operators are not a laboratory’s to make', async () => {
    const admin = await askAs(['lab-admin']);
    expect((await create(admin, { roles: ['operator'] }))[0]).toBe(403);
    expect((await create(admin, { roles: ['viewer', 'operator'] }))[0]).toBe(403);
  });

  test('grant nothing that their maker may not do', async () => {
    const narrow = await askAs(['lab-admin'], undefined, ['keys:manage', 'slides:read', 'models:read']);
    expect((await create(narrow, { roles: ['lab-admin'] }))[0]).toBe(403);
    expect((await create(narrow, { roles: ['viewer'] }))[0]).toBe(403);
    expect((await create(narrow, { roles: ['viewer'], only: ['slides:read'], phi: true }))[0]).toBe(201);
    expect((await create(narrow, { roles: ['viewer'], only: ['phi:read'], phi: true }))[0]).toBe(403);
    const [, made] = await create(narrow, { roles: ['lab-admin'], only: ['slides:read'] });
    const ask = asker(api.url, made?.key);
    expect((await ask(paths.slides)).status).toBe(200);
    expect((await ask(paths.keys)).status).toBe(403);
  });

  test.each([
    ['no role', { roles: [] }],
    ['an unknown role', { roles: ['astronaut'] }],
    ['an unknown permission', { only: ['everything'] }],
    ['no name', { name: ' ' }],
    ['a name of 201 letters', { name: 'x'.repeat(201) }],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['an end that is no instant', { expiresAt: 'tomorrow' }],
  ])('with %s are a 400, and none is made', async (_what, body) => {
    const admin = await askAs(['lab-admin']);
    const before = (await list(admin)).length;
    expect((await create(admin, body as Partial<NewApiKey>))[0]).toBe(400);
    expect((await list(admin)).length).toBe(before);
  });

  test('that expire in three seconds open nothing after it, though they were remembered before', async () => {
    const admin = await askAs(['lab-admin']);
    const [, made] = await create(admin, { expiresAt: new Date(Date.now() + 3000).toISOString() });
    const ask = asker(api.url, made?.key);
    expect((await ask(paths.slides)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 3100));
    expect((await ask(paths.slides)).status).toBe(401);
  });
});

describe('an operator', () => {
  test('enters a laboratory and makes its first key, which then makes the others; the laboratory sees that', async () => {
    const operator = await askAs(['operator']);
    const response = await operator(paths.tenants, 'POST', { name: 'St Mary', claim: 'st-mary' });
    expect(response.status).toBe(201);
    const tenant = (await response.json()) as Tenant;
    expect(response.headers.get('location')).toBe(paths.tenant(tenant.id));
    const [status, made] = await create(operator, { name: 'first', roles: ['lab-admin'], tenantId: tenant.id });
    expect([status, made?.tenantId]).toEqual([201, tenant.id]);
    const admin = asker(api.url, made?.key);
    expect((await create(admin, { name: 'second' }))[0]).toBe(201);
    expect((await list(admin)).map(({ name }) => name)).toEqual(['second', 'first']);
    expect((await list(operator, `?tenant=${tenant.id}`)).length).toBe(2);
    const [entry] = await api.store.audit.list(tenant.id, { limit: 1, after: 0 });
    expect(entry).toMatchObject({ actorName: 'operator', action: 'keyCreated', objectId: made?.id });
  });

  test('makes keys of operators, who belong to no laboratory, and no others without naming one', async () => {
    const operator = await askAs(['operator']);
    const [status, made] = await create(operator, { roles: ['operator'] });
    expect([status, made?.tenantId]).toEqual([201, null]);
    expect((await create(operator, { roles: ['lab-admin'] }))[0]).toBe(403);
    expect((await create(operator, { roles: ['operator'], tenantId: other }))[0]).toBe(403);
    expect((await create(operator, { tenantId: '00000000-0000-7000-8000-00000000dead' }))[0]).toBe(404);
    expect((await list(operator)).every(({ tenantId }) => tenantId === null)).toBe(true);
  });

  test('whose key is narrowed to keys opens no laboratory with it', async () => {
    const narrow = await askAs(['operator'], undefined, ['keys:manage']);
    expect((await create(narrow, { roles: ['lab-admin'], tenantId: other }))[0]).toBe(403);
  });

  test('gives laboratories names and claims of which there is one each', async () => {
    const operator = await askAs(['operator']);
    const enter = (name: string, claim: string | null): Promise<Response> =>
      operator(paths.tenants, 'POST', { name, claim });
    const { id } = (await (await enter('north', 'n')).json()) as Tenant;
    expect((await enter('north', null)).status).toBe(409);
    expect((await enter('south', 'n')).status).toBe(409);
    expect((await enter('south', null)).status).toBe(201);
    expect((await operator(paths.tenant(id), 'PATCH', { claim: 's' })).status).toBe(200);
    expect((await operator(paths.tenant(id), 'PATCH', { name: 'south' })).status).toBe(409);
    expect((await operator(paths.tenant(id), 'PATCH', {})).status).toBe(200);
    expect((await operator(paths.tenant('00000000-0000-7000-8000-00000000dead'), 'PATCH', {})).status).toBe(404);
    expect((await (await askAs(['lab-admin']))(paths.tenants)).status).toBe(403);
  });
});

test('the table holds no key, only hashes', async () => {
  const { key } = await makeKey(api.store, { roles: ['viewer'] });
  const rows = await asOwner<{ text: string }>(api.ownerUrl, 'SELECT api_keys::text AS text FROM api_keys');
  for (const { text } of rows) expect(text).not.toContain(key.slice(4, 40));
  const found = await asOwner(api.ownerUrl, 'SELECT tenant_id FROM api_keys WHERE hash = sha256($1::bytea)', [key]);
  expect(found).toEqual([{ tenant_id: DEFAULT_TENANT_ID }]);
});
