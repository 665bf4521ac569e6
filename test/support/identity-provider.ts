import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import type { OidcSettings } from '../../services/api/src/access/oidc/settings.ts';
import { Browser } from './browser.ts';

const AUDIENCE = 'https://gigascope.test/api';
const ALGORITHM = 'RS256';
const CLIENT = { id: 'gigascope', secret: 'a-secret-of-the-tests' } as const;

/** What the provider says of a person beside their subject. */
export type PersonClaims = Readonly<Record<string, unknown>>;

export interface TestProvider extends AsyncDisposable {
  readonly settings: OidcSettings;
  /** Public, as served. */
  readonly publicJwk: JWK;
  /** Until this is called the address answers 503, as a provider that is down. */
  start(redirectUri: string): void;
  stop(): void;
  /** An access token that the provider itself made, by the client's credentials. */
  token(claims: PersonClaims, audience?: string): Promise<string>;
  /** A token by the provider's own key with any content, good unless the claims say otherwise. */
  sign(claims: PersonClaims): Promise<string>;
  /** Who may sign in with the browser, by the name that they type. */
  readonly people: Map<string, PersonClaims>;
  /** Goes through the provider's pages as a person does, from an address of it to the one that it sends back to. */
  signIn(browser: Browser, address: URL, login: string): Promise<URL>;
}

/** The real `oidc-provider` on a loopback address. */
export async function openIdentityProvider(): Promise<TestProvider> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const named = { kid: 'first', use: 'sig', alg: ALGORITHM };
  const publicJwk = { ...(await exportJWK(publicKey)), ...named };
  const jwk = { ...(await exportJWK(privateKey)), ...named };
  let listener: RequestListener = down;
  const server = createServer((request, response) => listener(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, PersonClaims>();
  let extra: PersonClaims = {};

  const start = (redirectUri: string): void => {
    const provider = new Provider(issuer, {
      jwks: { keys: [jwk] },
      cookies: { keys: ['a-key-of-the-tests'] },
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [redirectUri],
          post_logout_redirect_uris: [new URL('/', redirectUri).href],
          grant_types: ['authorization_code', 'client_credentials'],
        },
      ],
      claims: { openid: ['sub'], profile: ['name', 'tenant', 'roles'] },
      findAccount: (_context, accountId) => ({
        accountId,
        claims: () => ({ sub: accountId, ...people.get(accountId) }),
      }),
      extraTokenClaims: () => extra,
      features: {
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context, audience) => ({ scope: '', audience, accessTokenFormat: 'jwt' }),
        },
      },
    });
    listener = provider.callback();
  };
  return {
    settings: {
      issuer,
      audience: AUDIENCE,
      tenantClaim: 'tenant',
      rolesClaim: 'roles',
      client: { ...CLIENT, scope: 'openid profile' },
    },
    publicJwk,
    people,
    start,
    stop: () => {
      listener = down;
    },
    async token(claims, audience = AUDIENCE) {
      extra = claims;
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience }),
      });
      const { access_token: token } = (await response.json()) as { access_token: string };
      return token;
    },
    sign(claims) {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ iss: issuer, aud: AUDIENCE, sub: 'signed', iat: now, exp: now + 300, ...claims })
        .setProtectedHeader({ alg: ALGORITHM, kid: named.kid, typ: 'at+jwt' })
        .sign(privateKey);
    },
    async signIn(browser, address, login) {
      let page = await browser.ask(address);
      for (let steps = 0; steps < 20; steps++) {
        if (page.status >= 300 && page.status < 400) {
          const next = Browser.next(page);
          if (next.origin !== issuer) return next;
          page = await browser.ask(next);
          continue;
        }
        page = await submitForm(browser, page, login);
      }
      throw new Error('the provider sends nowhere');
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The provider's development pages: a name and any password, then consent. */
async function submitForm(browser: Browser, page: Response, login: string): Promise<Response> {
  const html = await page.text();
  const [, action] = /<form[^>]*action="([^"]+)"/.exec(html) ?? [];
  const [, prompt] = /name="prompt" value="([^"]+)"/.exec(html) ?? [];
  if (action === undefined || prompt === undefined) throw new Error(`no form: ${page.status} ${html.slice(0, 500)}`);
  const form = new URLSearchParams({ prompt, login, password: 'any' });
  return browser.ask(new URL(action, page.url), { method: 'POST', body: form });
}

const down: RequestListener = (_request, response) => void response.writeHead(503).end();
