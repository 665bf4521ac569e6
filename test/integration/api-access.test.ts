import type { Role } from '@gigascope/contracts';
import { paths } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID, mintKey } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../support/running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({}, 'keys');
});
afterAll(() => api[Symbol.asyncDispose]());

async function keyOf(role: Role, tenantId: string | null, expiresAt: Date | null = null): Promise<string> {
  const { key, hash, hint } = mintKey();
  const grant = { roles: [role], phi: false, onlyPermissions: null };
  await api.store.apiKeys.create(tenantId, { name: role, hash, hint, ...grant, createdBy: 'test', expiresAt });
  return key;
}

function ask(path: string, key?: string, init: RequestInit = {}): Promise<Response> {
  const headers = {
    ...(init.headers as Record<string, string>),
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
  return fetch(`${api.url}${path}`, { ...init, headers });
}

describe('who may ask', () => {
  test('without a key, with a wrong one and with an expired one the answer is 401', async () => {
    const expired = await keyOf('viewer', DEFAULT_TENANT_ID, new Date(Date.now() - 1000));
    const answers = await Promise.all([
      ask(paths.slides),
      ask(paths.slides, `gsk_${'a'.repeat(43)}`),
      ask(paths.slides, expired),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(await answers[0]?.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a viewer may list slides and may not upload one', async () => {
    const key = await keyOf('viewer', DEFAULT_TENANT_ID);
    expect((await ask(paths.slides, key)).status).toBe(200);
    const refused = await ask(paths.slides, key, {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(refused.status).toBe(403);
  });

  test('an operator sees no slide', async () => {
    expect((await ask(paths.slides, await keyOf('operator', null))).status).toBe(403);
  });

  test('what was asked and refused stands in a chain that is whole, and that nobody can change', async () => {
    const key = await keyOf('viewer', DEFAULT_TENANT_ID);
    await ask(paths.models, key);
    await ask(paths.analyses, key, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    const entries = await api.store.audit.list(DEFAULT_TENANT_ID, { limit: 50 });
    expect(entries.map(({ action, outcome }) => [action, outcome])).toEqual(
      expect.arrayContaining([
        ['submitAnalysis', 'FORBIDDEN'],
        ['listModels', 'asked'],
      ]),
    );
    expect(await api.store.audit.firstBroken(DEFAULT_TENANT_ID)).toBeNull();
  });

  test('a request from another site’s page changes nothing', async () => {
    const key = await keyOf('lab-admin', DEFAULT_TENANT_ID);
    const headers = { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' };
    expect((await ask(paths.analyses, key, { method: 'POST', body: '{}', headers })).status).toBe(403);
  });
});
