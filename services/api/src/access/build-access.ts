import type { AppParts } from '../app-parts.ts';
import type { Context } from '../context.ts';
import { type Authenticate, anyone, byApiKey } from './authenticate.ts';
import { BrowserSessions } from './browser-sessions.ts';
import { Cookies } from './cookies.ts';
import { byToken } from './oidc/by-token.ts';
import { IdentityProvider } from './oidc/identity-provider.ts';
import { PrincipalCache } from './principal-cache.ts';

export interface Access extends Pick<Context, 'principals' | 'cookies' | 'sessions' | 'provider'> {
  /** In the order in which they are tried. */
  readonly ways: readonly Authenticate[];
}

/** Every way in which a request may say for whom it speaks. */
export function buildAccess({ store, access, signIn }: AppParts): Access {
  const principals = new PrincipalCache(store);
  const cookies = new Cookies(signIn.cookieSecure);
  const sessions = new BrowserSessions({ store, principals, cookies });
  const provider = signIn.oidc === null ? null : new IdentityProvider(signIn.oidc);
  const tokens = provider === null ? [] : [byToken(store, principals, provider)];
  const ways = access === 'open' ? [anyone] : [byApiKey(store, principals), ...tokens, sessions.authenticate];
  return { principals, cookies, sessions, provider, ways };
}
