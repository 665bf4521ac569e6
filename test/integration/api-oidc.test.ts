import { type AuditEntry, paths, type Session } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID } from '@gigascope/store';
import { exportSPKI, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asker } from '../support/access.ts';
import { Browser } from '../support/browser.ts';
import { openIdentityProvider, type TestProvider } from '../support/identity-provider.ts';
import { asOwner } from '../support/postgres.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';

let provider: TestProvider;
let api: RunningApi;
beforeAll(async () => {
  provider = await openIdentityProvider();
  api = await startApi({}, 'keys', { oidc: provider.settings });
  await api.store.tenants.change(DEFAULT_TENANT_ID, { claim: 'st-mary' });
  provider.start(`${api.url}${paths.loginCallback}`);
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await provider?.[Symbol.asyncDispose]();
});

const VIEWER = { tenant: 'st-mary', roles: ['viewer', 'astronaut'], name: 'Vera Viewer' };
const now = (): number => Math.floor(Date.now() / 1000);

async function answer(
  token: string,
  path: string = paths.slides,
  { url } = api,
): Promise<[number, string | undefined]> {
  const response = await asker(url, token)(path);
  const body = (await response.json()) as { code?: string };
  return [response.status, body.code];
}

describe('a provider that is down', () => {
  test('gives 503 for its tokens until its keys were fetched once, 401 for what is not even said to be its', async () => {
    await using late = await openIdentityProvider();
    await using other = await startApi({}, 'keys', { oidc: late.settings });
    await other.store.tenants.change(DEFAULT_TENANT_ID, { claim: 'st-mary' });
    const token = await late.sign({ sub: 'early', ...VIEWER });
    expect(await answer(token, paths.slides, other)).toEqual([503, 'IDENTITY_UNAVAILABLE']);
    const foreign = await late.sign({ ...VIEWER, iss: 'http://127.0.0.1:1' });
    expect(await answer(foreign, paths.slides, other)).toEqual([401, 'UNAUTHENTICATED']);
    expect(await answer('no.token.atall', paths.slides, other)).toEqual([401, 'UNAUTHENTICATED']);
    expect((await fetch(`${other.url}${paths.login}`, { redirect: 'manual' })).status).toBe(503);

    const redirectUri = `${other.url}${paths.loginCallback}`;
    late.start(redirectUri);
    // It is not asked again before 2 s.
    await expect.poll(() => answer(token, paths.slides, other), { timeout: 10_000 }).toEqual([200, undefined]);
    late.stop();
    const later = { sub: 'later', ...VIEWER };
    expect(await answer(await late.sign(later), paths.slides, other)).toEqual([200, undefined]);
    const expired = await late.sign({ ...later, exp: now() - 60 });
    expect(await answer(expired, paths.slides, other)).toEqual([401, 'UNAUTHENTICATED']);
  });
});

describe('an access token', () => {
  test('that oidc-provider made for this API speaks for a person with the roles of its claim', async () => {
    const token = await provider.token(VIEWER);
    expect(await answer(token)).toEqual([200, undefined]);
    expect(await answer(token, paths.keys)).toEqual([403, 'FORBIDDEN']);
    const session = (await (await asker(api.url, token)(paths.session)).json()) as Session;
    expect(session).toMatchObject({
      principal: { kind: 'user', name: 'Vera Viewer' },
      laboratory: { id: DEFAULT_TENANT_ID },
      permissions: ['slides:read', 'models:read', 'analyses:read', 'reviews:read'],
      csrfToken: null,
    });
    const { rows } = await api.store.users.list(DEFAULT_TENANT_ID, { limit: 10 });
    expect(rows.find(({ subject }) => subject === 'gigascope')).toMatchObject({ roles: ['viewer'], phi: false });
  });

  test('that it made for another audience is refused', async () => {
    expect(await answer(await provider.token(VIEWER, 'https://elsewhere.test/api'))).toEqual([401, 'UNAUTHENTICATED']);
  });

  const cases: [what: string, claims: () => JWTPayload, status: number][] = [
    ['expired 20 s ago, within the 30 s by which clocks may differ', () => ({ exp: now() - 20 }), 200],
    ['expired 40 s ago', () => ({ exp: now() - 40 }), 401],
    ['valid only in 20 s, within the skew', () => ({ nbf: now() + 20 }), 200],
    ['valid only in 40 s', () => ({ nbf: now() + 40 }), 401],
    ['for another audience', () => ({ aud: 'somebody' }), 401],
    ['of a laboratory that is not known', () => ({ tenant: 'nowhere' }), 403],
    ['of no laboratory, with a role of one', () => ({ tenant: undefined }), 403],
    ['of two laboratories', () => ({ tenant: ['st-mary', 'b'] }), 403],
  ];
  test.each(cases)('%s', async (what, claims, status) => {
    const token = await provider.sign({ sub: what, ...VIEWER, ...claims() });
    expect((await answer(token))[0]).toBe(status);
  });

  test('without an expiry is refused', async () => {
    const token = await provider.sign({ sub: 'eternal', ...VIEWER, exp: undefined });
    expect((await answer(token))[0]).toBe(401);
  });

  test('unsigned, or signed with the public key as a shared secret, is refused', async () => {
    const { issuer: iss, audience: aud } = provider.settings;
    const claims = { iss, aud, sub: 'forger', exp: now() + 300, ...VIEWER, roles: ['lab-admin'] };
    expect(await answer(new UnsecuredJWT(claims).encode())).toEqual([401, 'UNAUTHENTICATED']);
    const publicKey = await importJWK(provider.publicJwk, 'RS256', { extractable: true });
    if (publicKey instanceof Uint8Array) throw new TypeError('not a public key');
    for (const secret of [
      await exportSPKI(publicKey),
      JSON.stringify(provider.publicJwk),
      provider.publicJwk.n ?? '',
    ]) {
      const forged = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'first' });
      expect(await answer(await forged.sign(new TextEncoder().encode(secret)))).toEqual([401, 'UNAUTHENTICATED']);
    }
    const { rows } = await api.store.users.list(DEFAULT_TENANT_ID, { limit: 100 });
    expect(rows.map(({ subject }) => subject)).not.toContain('forger');
  });

  test('with one letter of its signature changed is refused', async () => {
    const token = await provider.sign({ sub: 'signed', ...VIEWER });
    const [head, body, signature = ''] = token.split('.');
    const other = `${signature.slice(0, 50)}${signature[50] === 'A' ? 'B' : 'A'}${signature.slice(51)}`;
    expect(await answer([head, body, other].join('.'))).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('of an operator sees laboratories and no slides, and the role is nobody’s inside a laboratory', async () => {
    const operator = await provider.sign({ sub: 'op', roles: ['operator'] });
    expect(await answer(operator, paths.tenants)).toEqual([200, undefined]);
    expect(await answer(operator)).toEqual([403, 'FORBIDDEN']);
    const inside = await provider.sign({ sub: 'op2', tenant: 'st-mary', roles: 'operator uploader' });
    expect(await answer(inside, paths.tenants)).toEqual([403, 'FORBIDDEN']);
    expect(await answer(inside)).toEqual([200, undefined]);
  });

  test('follows what the laboratory says of the person: other roles at once, disabled is refused at once', async () => {
    const admin = asker(api.url, await provider.sign({ sub: 'admin', tenant: 'st-mary', roles: ['lab-admin'] }));
    const token = await provider.sign({ sub: 'dora', ...VIEWER, name: 'Dora' });
    expect(await answer(token)).toEqual([200, undefined]);
    const { items } = (await (await admin(paths.users)).json()) as { items: { id: string; name: string }[] };
    const { id = '' } = items.find(({ name }) => name === 'Dora') ?? {};
    expect((await admin(paths.user(id), 'PATCH', { roles: ['lab-admin'] })).status).toBe(200);
    expect(await answer(token, paths.keys)).toEqual([200, undefined]);
    expect((await admin(paths.user(id), 'PATCH', { roles: ['operator'] })).status).toBe(403);
    expect((await admin(paths.user(id), 'PATCH', { disabled: true })).status).toBe(200);
    expect(await answer(token)).toEqual([403, 'FORBIDDEN']);
    expect((await admin(paths.user(id), 'PATCH', { disabled: false, roles: ['viewer'] })).status).toBe(200);
    expect(await answer(token, paths.keys)).toEqual([403, 'FORBIDDEN']);
    expect(await answer(token)).toEqual([200, undefined]);
  });

  test('of a person known in one laboratory is refused when it names another', async () => {
    const other = await api.store.tenants.create('second', 'second');
    expect(await answer(await provider.sign({ sub: 'mover', ...VIEWER }))).toEqual([200, undefined]);
    expect(await answer(await provider.sign({ sub: 'mover', ...VIEWER, tenant: 'second' }))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect((await api.store.users.list(other.id, { limit: 10 })).rows).toEqual([]);
  });
});

describe('signing in with the browser', () => {
  async function signIn(login: string, to = '/slides?page=2#top'): Promise<{ browser: Browser; back: Response }> {
    const browser = new Browser();
    const away = await browser.ask(`${api.url}${paths.login}?to=${encodeURIComponent(to)}`);
    expect(away.status).toBe(302);
    const address = Browser.next(away);
    expect(Object.fromEntries(address.searchParams)).toMatchObject({ code_challenge_method: 'S256' });
    const callback = await provider.signIn(browser, address, login);
    expect(callback.href).toContain(`${api.url}${paths.loginCallback}?code=`);
    return { browser, back: await browser.ask(callback) };
  }
  const sessionOf = async (browser: Browser): Promise<Session> =>
    (await (await browser.ask(`${api.url}${paths.session}`)).json()) as Session;

  test('comes back to a path of this origin with a session that needs its token for changes, and ends', async () => {
    provider.people.set('rita', { name: 'Rita Reader', tenant: 'st-mary', roles: ['lab-admin'] });
    const { browser, back } = await signIn('rita');
    expect([back.status, back.headers.get('location')]).toEqual([302, '/slides?page=2#top']);
    const cookie = back.headers.getSetCookie().find((line) => line.startsWith('gigascope-session='));
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(browser.cookies.has('gigascope-login')).toBe(false);
    const session = await sessionOf(browser);
    expect(session).toMatchObject({ principal: { kind: 'user', name: 'Rita Reader' }, signIn: ['key', 'provider'] });

    const body = JSON.stringify({ name: 'made by browser', roles: ['viewer'] });
    const create = (csrf: Record<string, string>): Promise<Response> =>
      browser.ask(`${api.url}${paths.keys}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...csrf },
      });
    expect((await create({})).status).toBe(403);
    expect((await create({ 'x-csrf-token': 'wrong' })).status).toBe(403);
    expect((await create({ 'x-csrf-token': session.csrfToken ?? '' })).status).toBe(201);

    const out = await browser.ask(`${api.url}${paths.logout}`);
    expect(Browser.next(out).href).toContain(`${provider.settings.issuer}/session/end`);
    expect((await sessionOf(browser)).principal).toBeNull();
    const entries = await api.store.audit.list(DEFAULT_TENANT_ID, { limit: 500 });
    const acts = entries.filter(({ actorName }: Pick<AuditEntry, 'actorName'>) => actorName === 'Rita Reader');
    expect(acts.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(
      expect.arrayContaining(['signIn asked', 'signOut asked', 'createKey FORBIDDEN', 'createKey asked']),
    );
  });

  test('ends at once, also elsewhere, when the person is disabled', async () => {
    provider.people.set('dan', { name: 'Dan', tenant: 'st-mary', roles: ['viewer'] });
    const { browser } = await signIn('dan');
    expect((await browser.ask(`${api.url}${paths.slides}`)).status).toBe(200);
    // By another process: only Postgres tells of it.
    await asOwner(api.ownerUrl, `UPDATE users SET disabled_at = now() WHERE subject = 'dan'`);
    await expect
      .poll(async () => (await browser.ask(`${api.url}${paths.slides}`)).status, { timeout: 5_000 })
      .toBe(401);
    const again = await signIn('dan');
    expect(again.back.status).toBe(403);
    expect(again.browser.cookies.has('gigascope-session')).toBe(false);
  });

  test.each([
    'https://elsewhere.test/',
    '//elsewhere.test/',
    '/\\elsewhere.test',
    '/.//elsewhere.test',
    '/\t/elsewhere.test',
    'javascript:alert(1)',
    '',
  ])('sends nobody to %j afterwards', async (to) => {
    provider.people.set('vic', { name: 'Vic', tenant: 'st-mary', roles: ['viewer'] });
    const { back } = await signIn('vic', to);
    expect([back.status, back.headers.get('location')]).toEqual([302, '/']);
  });

  test('is refused with another’s answer, a wrong state, no begun sign-in, and when it comes twice', async () => {
    provider.people.set('eve', { name: 'Eve', tenant: 'st-mary', roles: ['viewer'] });
    const eve = new Browser();
    const callback = await provider.signIn(eve, Browser.next(await eve.ask(`${api.url}${paths.login}`)), 'eve');
    const victim = new Browser();
    expect((await victim.ask(callback)).status).toBe(401);
    await victim.ask(`${api.url}${paths.login}`);
    expect((await victim.ask(callback)).status).toBe(401);
    expect(victim.cookies.has('gigascope-session')).toBe(false);
    expect((await eve.ask(callback)).status).toBe(302);
    expect((await eve.ask(callback)).status).toBe(401);
  });

  test('that the person breaks off is a 401', async () => {
    const browser = new Browser();
    const address = Browser.next(await browser.ask(`${api.url}${paths.login}`));
    const denied = new URL(`${api.url}${paths.loginCallback}`);
    denied.search = new URLSearchParams({
      error: 'access_denied',
      state: address.searchParams.get('state') ?? '',
      iss: provider.settings.issuer,
    }).toString();
    expect((await browser.ask(denied)).status).toBe(401);
  });
});

test('without a provider there is nothing to sign in with, and its tokens are nobody’s', async () => {
  await using plain = await startApi({}, 'keys');
  expect((await fetch(`${plain.url}${paths.login}`, { redirect: 'manual' })).status).toBe(404);
  const token = await provider.sign({ sub: 'x', ...VIEWER });
  expect((await asker(plain.url, token)(paths.slides)).status).toBe(401);
});
