import { GigascopeError } from '@gigascope/contracts';
import * as oidc from 'openid-client';
import type { IdentityProvider } from './identity-provider.ts';

/** What the browser keeps, in a cookie, while its person is at the provider. */
export interface FlowSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Where to send the browser. */
export async function beginCodeFlow(
  provider: IdentityProvider,
  redirectUri: string,
): Promise<FlowSecrets & { readonly url: string }> {
  const { configuration } = await provider.discover();
  const secrets = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: provider.settings.client?.scope ?? 'openid',
    code_challenge: await oidc.calculatePKCECodeChallenge(secrets.verifier),
    code_challenge_method: 'S256',
    state: secrets.state,
    nonce: secrets.nonce,
  });
  return { ...secrets, url: url.href };
}

/**
 * What the provider says of who came back to `address`: the claims of the ID token, signature checked, and of userinfo,
 * where some providers put all but the subject.
 * @throws GigascopeError UNAUTHENTICATED when the sign-in was refused or is not this browser's, IDENTITY_UNAVAILABLE
 */
export async function finishCodeFlow(
  provider: IdentityProvider,
  address: URL,
  { state, nonce, verifier }: FlowSecrets,
): Promise<Readonly<Record<string, unknown>>> {
  const { configuration } = await provider.discover();
  try {
    const tokens = await oidc.authorizationCodeGrant(configuration, address, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new GigascopeError('UNAUTHENTICATED');
    if (configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...(await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
  } catch (cause) {
    throw flowError(cause);
  }
}

/** The provider's page for signing out there too; null where it has none or is away. */
export async function endSessionUrl(provider: IdentityProvider, returnTo: string): Promise<string | null> {
  try {
    const { configuration } = await provider.discover();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
    return oidc.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo }).href;
  } catch {
    return null;
  }
}

function flowError(cause: unknown): GigascopeError {
  if (cause instanceof GigascopeError) return cause;
  if (cause instanceof oidc.AuthorizationResponseError)
    return new GigascopeError('UNAUTHENTICATED', 'the identity provider refused the sign-in', { cause });
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const unreachable =
    code === 'OAUTH_TIMEOUT' ||
    (cause instanceof oidc.ResponseBodyError ? cause.status >= 500 : cause instanceof TypeError && code === '');
  if (unreachable) return new GigascopeError('IDENTITY_UNAVAILABLE', undefined, { cause });
  return new GigascopeError('UNAUTHENTICATED', 'the sign-in could not be verified; begin again', { cause });
}
