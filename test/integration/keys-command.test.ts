import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { paths } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID, mintKey } from '@gigascope/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asker } from '../support/access.ts';
import { runCommand, runJson } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({}, 'keys');
});
afterAll(() => api?.[Symbol.asyncDispose]());

const keys = (args: readonly string[], databaseUrl = api.ownerUrl) =>
  runJson(['keys', ...args], { DATABASE_URL: databaseUrl });

test('the first key comes by the command, at the database’s own address, and opens the API', async () => {
  const { code, json } = await keys(['create', '--name', 'admin']);
  expect([code, json['role'], json['tenantId']]).toEqual([0, 'lab-admin', DEFAULT_TENANT_ID]);
  const ask = asker(api.url, String(json['key']));
  expect((await ask(paths.keys)).status).toBe(200);
  const [entry] = await api.store.audit.list(DEFAULT_TENANT_ID, { limit: 1, after: 0 });
  expect(entry).toMatchObject({ actorKind: 'command', action: 'keyCreated', objectId: json['id'] });

  const listed = await keys(['list']);
  expect(JSON.stringify(listed.json)).toContain(String(json['id']));
  expect(JSON.stringify(listed.json)).not.toContain(String(json['key']).slice(4));
  expect((await keys(['revoke', String(json['id'])])).code).toBe(0);
  // The API was told by Postgres.
  await expect.poll(async () => (await ask(paths.keys)).status, { timeout: 5_000 }).toBe(401);
});

test('an operator’s belongs to no laboratory, and lists of one show no other’s although the owner sees all', async () => {
  const { json } = await keys(['create', '--operator']);
  expect([json['role'], json['tenantId']]).toEqual(['operator', null]);
  expect((await asker(api.url, String(json['key']))(paths.tenants)).status).toBe(200);
  const { id: other } = await api.store.tenants.create('other', null);
  const { key: _, ...minted } = mintKey();
  const grant = { name: 'theirs', roles: ['viewer'], phi: false, onlyPermissions: null } as const;
  await api.store.apiKeys.create(other, { ...grant, ...minted, createdBy: 'test', expiresAt: null });
  const names = async (args: readonly string[]): Promise<string[]> =>
    ((await keys(['list', ...args])).json['keys'] as { name: string }[]).map(({ name }) => name);
  expect(await names([])).not.toContain('theirs');
  expect(await names(['--laboratory', other])).toEqual(['theirs']);
  expect(await names(['--operator'])).toEqual(['first key']);
  // The app role's address does as well as the owner's.
  expect((await keys(['list', '--operator'], api.appUrl)).code).toBe(0);
});

test.each([
  [['create', '--operator', '--role', 'viewer'], 'ARGUMENT_INVALID'],
  [['create', '--role', 'operator'], 'ARGUMENT_INVALID'],
  [['create', '--expires', '2020-01-01'], 'ARGUMENT_INVALID'],
  [['create', '--laboratory', '00000000-0000-7000-8000-00000000dead'], 'NOT_FOUND'],
  [['revoke', '00000000-0000-7000-8000-00000000dead'], 'NOT_FOUND'],
])('keys %j fails with %s', async (args, code) => {
  expect(await keys(args)).toMatchObject({ code: 1, json: { error: { code } } });
});

test('a data folder needs no DATABASE_URL, and a database that the command started is stopped again', async () => {
  await using folder = await temporaryFolder();
  await chmod(folder.path, 0o711);
  const data = join(folder.path, 'data');
  const made = await runCommand(['keys', 'create', '--data', data]);
  expect([made.code, made.stderr]).toEqual([0, '']);
  expect(made.stdout).toMatch(/^gsk_[\w-]{43}\n$/);
  const { stdout } = await runCommand(['keys', 'list', '--data', data]);
  expect(stdout).toMatch(
    new RegExp(`^[0-9a-f-]{36} {2}valid {2}lab-admin {2}…${made.stdout.slice(-5, -1)} {2}first key\n$`),
  );
});
