import { createHmac, randomBytes } from 'node:crypto';
import { type Principal, permissionsOf } from '@gigascope/contracts';
import { hashSecret, type SessionRow, type Store } from '@gigascope/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate } from './authenticate.ts';
import type { Cookies } from './cookies.ts';
import type { BrowserSession, Known, PrincipalCache } from './principal-cache.ts';

const COOKIE = 'gigascope-session';
const SECRET = /^[A-Za-z0-9_-]{43}$/;
const SESSION_SECONDS = 12 * 60 * 60;

export interface BrowserSessionParts {
  readonly store: Store;
  readonly principals: PrincipalCache;
  readonly cookies: Cookies;
}

/** Sessions of browsers: 32 random bytes in a cookie, and their hash in Postgres. */
export class BrowserSessions {
  readonly #parts: BrowserSessionParts;

  constructor(parts: BrowserSessionParts) {
    this.#parts = parts;
  }

  /** The cookie's session becomes the request's, so that registerAccess asks for its CSRF token. */
  readonly authenticate: Authenticate = async (request) => {
    const { store, principals, cookies } = this.#parts;
    const secret = cookies.read(request, COOKIE);
    if (secret === null || !SECRET.test(secret)) return null;
    const known = await principals.of(secret, async (hash) => {
      const row = await store.sessions.find(hash);
      return row && knownOf(row, secret);
    });
    request.browserSession = known?.session ?? null;
    return known?.principal ?? null;
  };

  /** Opens a session in place of the browser's own; answers its CSRF token. */
  async open(request: FastifyRequest, reply: FastifyReply, principal: Principal): Promise<string> {
    const { store, cookies } = this.#parts;
    const { kind, id, tenantId } = principal;
    if (kind === 'anyone') throw new TypeError('a session is somebody’s');
    await this.#end(request);
    const secret = randomBytes(32).toString('base64url');
    const expiresAt = new Date(Date.now() + SESSION_SECONDS * 1000);
    await store.sessions.create(tenantId, { hash: hashSecret(secret), by: { kind, id }, expiresAt });
    cookies.set(reply, COOKIE, secret, { sameSite: 'strict', maxAgeSeconds: SESSION_SECONDS });
    return csrfTokenOf(secret);
  }

  /** Ends the browser's session, where it has one. */
  async close(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.#parts.cookies.clear(reply, COOKIE);
    await this.#end(request);
  }

  async #end({ browserSession, principal }: FastifyRequest): Promise<void> {
    const { store, principals } = this.#parts;
    if (browserSession === null) return;
    await store.sessions.end(principal?.tenantId ?? null, browserSession.id);
    principals.forget(browserSession.id);
  }
}

function knownOf(row: SessionRow, secret: string): Known {
  const { id, kind, principalId, name, tenantId, roles, phi, onlyPermissions: only, expiresAt: until } = row;
  const session: BrowserSession = { id, csrfToken: csrfTokenOf(secret) };
  return {
    principal: { kind, id: principalId, name, tenantId, permissions: permissionsOf({ roles, phi, only }) },
    until,
    session,
  };
}

/** The page can show it to nobody who does not hold the cookie, and from it the cookie cannot be found. */
function csrfTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('csrf').digest('base64url');
}
