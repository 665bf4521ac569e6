import { PERMISSIONS } from '@gigascope/contracts';
import { paths, Session } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asker, makeKey } from '../support/access.ts';
import { Browser } from '../support/browser.ts';
import { asOwner } from '../support/postgres.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';

const COOKIE = 'gigascope-session';
const JSON_TYPE = { 'content-type': 'application/json' };

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({}, 'keys');
});
afterAll(() => api?.[Symbol.asyncDispose]());

const signIn = (browser: Browser, key: string): Promise<Response> =>
  browser.ask(`${api.url}${paths.session}`, { method: 'POST', body: JSON.stringify({ key }), headers: JSON_TYPE });
const sessionOf = async (browser: Browser): Promise<Session> =>
  Session.parse(await (await browser.ask(`${api.url}${paths.session}`)).json());
const statusOf = async (browser: Browser, path: string = paths.slides): Promise<number> =>
  (await browser.ask(`${api.url}${path}`)).status;

async function signedIn(roles: Parameters<typeof makeKey>[1]['roles'] = ['lab-admin']) {
  const { id, key } = await makeKey(api.store, { roles });
  const browser = new Browser();
  const response = await signIn(browser, key);
  expect(response.status).toBe(201);
  return { browser, keyId: id, key, csrf: Session.parse(await response.json()).csrfToken ?? '' };
}

/** A change that a lab-admin may make: a key, by what the browser sends along. */
const change = (browser: Browser, headers: Record<string, string>): Promise<Response> =>
  browser.ask(`${api.url}${paths.keys}`, {
    method: 'POST',
    body: JSON.stringify({ name: 'k', roles: ['viewer'] }),
    headers: { ...JSON_TYPE, ...headers },
  });

describe('signing in with a key', () => {
  test('gives a cookie for 12 h that no script reads and no other site sends, and says who one is', async () => {
    const { key } = await makeKey(api.store, { roles: ['viewer'] });
    const browser = new Browser();
    const response = await signIn(browser, key);
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const [cookie = ''] = response.headers.getSetCookie().filter((line) => line.includes('Max-Age=43200'));
    expect(cookie.replace(/=[\w-]{43};/, '=SECRET;')).toBe(
      `${COOKIE}=SECRET; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict`,
    );
    expect(await sessionOf(browser)).toMatchObject({
      access: 'keys',
      principal: { kind: 'key', name: 'viewer' },
      permissions: ['slides:read', 'models:read', 'analyses:read', 'reviews:read'],
      laboratory: { id: DEFAULT_TENANT_ID, name: 'default' },
      signIn: ['key'],
    });
    expect(await statusOf(browser)).toBe(200);
    expect(await statusOf(browser, paths.keys)).toBe(403);
  });

  test('behind TLS the cookie is Secure and its name __Host-', async () => {
    await using secure = await startApi({}, 'keys', { cookieSecure: true });
    const { key } = await makeKey(secure.store, { roles: ['viewer'] });
    const response = await asker(secure.url)(paths.session, 'POST', { key });
    expect(response.headers.getSetCookie().at(-1)).toMatch(
      /^__Host-gigascope-session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
  });

  test('is a 401 without a cookie for a key that is wrong, revoked, expired or none', async () => {
    const { key, id } = await makeKey(api.store, { roles: ['viewer'] });
    await api.store.apiKeys.revoke(DEFAULT_TENANT_ID, id);
    const expired = await makeKey(api.store, { roles: ['viewer'], expiresAt: new Date(Date.now() - 1) });
    for (const wrong of [key, expired.key, `gsk_${'a'.repeat(43)}`, 'x', "' OR 1=1 --"]) {
      const browser = new Browser();
      expect([wrong.length, (await signIn(browser, wrong)).status]).toEqual([wrong.length, 401]);
      expect(browser.cookies.size).toBe(0);
    }
  });

  test('the table holds the hash of the secret, not the secret', async () => {
    const { browser } = await signedIn();
    const secret = browser.cookies.get(COOKIE) ?? '';
    const rows = await asOwner<{ text: string }>(api.ownerUrl, 'SELECT sessions::text AS text FROM sessions');
    expect(secret).toHaveLength(43);
    for (const { text } of rows) expect(text).not.toContain(secret);
    const found = await asOwner(api.ownerUrl, 'SELECT FROM sessions WHERE hash = sha256($1::bytea)', [secret]);
    expect(found).toHaveLength(1);
  });
});

describe('a request that changes something', () => {
  test('and is signed by a cookie needs the session’s own token: 403 with none, a wrong one, another session’s', async () => {
    const { browser, csrf } = await signedIn();
    const other = await signedIn();
    for (const wrong of [{}, { 'x-csrf-token': '' }, { 'x-csrf-token': 'x' }, { 'x-csrf-token': other.csrf }])
      expect((await change(browser, wrong)).status).toBe(403);
    expect((await change(browser, { 'x-csrf-token': csrf })).status).toBe(201);
    expect((await sessionOf(browser)).csrfToken).toBe(csrf);
  });

  test('and brings a key needs none, also where the browser has a cookie', async () => {
    const { browser, key } = await signedIn();
    expect((await change(browser, { authorization: `Bearer ${key}` })).status).toBe(201);
  });

  test('cannot be a form of another site, whatever it says', async () => {
    const { browser, csrf } = await signedIn();
    const headers = { 'x-csrf-token': csrf, 'sec-fetch-site': 'cross-site' };
    expect((await change(browser, headers)).status).toBe(403);
  });
});

describe('a session ends', () => {
  test('by signing out, which needs the token too; twice is fine', async () => {
    const { browser, csrf } = await signedIn();
    const secret = browser.cookies.get(COOKIE) ?? '';
    const out = (headers: Record<string, string>): Promise<Response> =>
      browser.ask(`${api.url}${paths.session}`, { method: 'DELETE', headers });
    expect((await out({})).status).toBe(403);
    expect(await statusOf(browser)).toBe(200);
    expect((await out({ 'x-csrf-token': csrf })).status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    browser.cookies.set(COOKIE, secret);
    expect(await statusOf(browser)).toBe(401);
    expect((await out({})).status).toBe(204);
  });

  test('with its key, which another process revokes: within moments, long before the 10 s that it is remembered', async () => {
    const { browser, keyId } = await signedIn();
    expect(await statusOf(browser)).toBe(200);
    await asOwner(api.ownerUrl, 'UPDATE api_keys SET revoked_at = now() WHERE id = $1', [keyId]);
    await expect.poll(() => statusOf(browser), { timeout: 5_000 }).toBe(401);
  });

  test('with its key, which this API revokes: with the very next request', async () => {
    const admin = await signedIn();
    const { browser, keyId } = await signedIn(['viewer']);
    expect(await statusOf(browser)).toBe(200);
    const revoked = await admin.browser.ask(`${api.url}${paths.key(keyId)}`, {
      method: 'DELETE',
      headers: { 'x-csrf-token': admin.csrf },
    });
    expect(revoked.status).toBe(200);
    expect(await statusOf(browser)).toBe(401);
    expect(await asOwner(api.ownerUrl, 'SELECT FROM sessions WHERE api_key_id = $1', [keyId])).toEqual([]);
  });

  test.each([
    ['61 minutes after its last request', `seen_at = now() - interval '61 minutes'`, 401],
    ['not 59 minutes after it', `seen_at = now() - interval '59 minutes'`, 200],
    ['12 hours after it began, however busy it was', `expires_at = now() - interval '1 second'`, 401],
  ])('%s', async (_when, set, status) => {
    const { browser, keyId } = await signedIn();
    // Not yet looked up, so not yet remembered.
    await asOwner(api.ownerUrl, `UPDATE sessions SET ${set} WHERE api_key_id = $1`, [keyId]);
    expect(await statusOf(browser)).toBe(status);
  });

  test('when the same browser signs in anew: the old secret opens nothing', async () => {
    const { browser, key } = await signedIn();
    const secret = browser.cookies.get(COOKIE) ?? '';
    expect((await signIn(browser, key)).status).toBe(201);
    const old = new Browser();
    old.cookies.set(COOKIE, secret);
    expect(await statusOf(old)).toBe(401);
    expect(await statusOf(browser)).toBe(200);
  });
});

describe('who one is', () => {
  test('is nobody without a cookie and with a made-up one, and a 200 all the same', async () => {
    const browser = new Browser();
    const nobody = { principal: null, permissions: [], laboratory: null, csrfToken: null, access: 'keys' };
    expect(await sessionOf(browser)).toMatchObject(nobody);
    browser.cookies.set(COOKIE, 'A'.repeat(43));
    expect(await sessionOf(browser)).toMatchObject(nobody);
    browser.cookies.set(COOKIE, 'x; DROP TABLE');
    expect(await sessionOf(browser)).toMatchObject(nobody);
  });

  test('is anyone, with every permission, where access is open; there nobody signs in', async () => {
    await using open = await startApi();
    const ask = asker(open.url);
    expect(Session.parse(await (await ask(paths.session)).json())).toMatchObject({
      access: 'open',
      principal: { kind: 'anyone' },
      permissions: [...PERMISSIONS],
      laboratory: { name: 'default' },
      csrfToken: null,
      signIn: [],
    });
    expect((await ask(paths.session, 'POST', { key: 'x' })).status).toBe(409);
  });
});

test('a session and a key are looked up once in 10 s, however many requests they sign', async () => {
  const { browser, key } = await signedIn(['viewer']);
  const finds = { sessions: 0, keys: 0 };
  const { sessions, apiKeys } = api.store;
  const findSession = sessions.find.bind(sessions);
  const findKey = apiKeys.find.bind(apiKeys);
  Object.assign(sessions, { find: (hash: Buffer) => findSession(hash).finally(() => finds.sessions++) });
  Object.assign(apiKeys, { find: (hash: Buffer) => findKey(hash).finally(() => finds.keys++) });
  try {
    const ask = asker(api.url, key);
    const began = performance.now();
    for (let i = 0; i < 50; i++) {
      await statusOf(browser);
      await ask(paths.models);
    }
    const most = 1 + Math.ceil((performance.now() - began) / 10_000);
    expect(finds.sessions).toBeLessThanOrEqual(most);
    expect(finds.keys).toBeLessThanOrEqual(most);
  } finally {
    Object.assign(sessions, { find: findSession });
    Object.assign(apiKeys, { find: findKey });
  }
});
