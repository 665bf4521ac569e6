import { GigascopeError } from '@gigascope/contracts';
import { isApiKey, type Store } from '@gigascope/store';
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { type Authenticate, bearerOf } from '../authenticate.ts';
import type { PrincipalCache } from '../principal-cache.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { principalOfClaims } from './principal-of-claims.ts';

const CLOCK_SKEW_SECONDS = 30;
/** Signatures by a private key only: with a shared secret, the public key could be taken for it. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** What jose says of a provider rather than of a token. */
const PROVIDER_FAULTS: ReadonlySet<string> = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

/** Access tokens of the identity provider, as JWTs. */
export function byToken(store: Store, principals: PrincipalCache, provider: IdentityProvider): Authenticate {
  return async (request) => {
    const token = bearerOf(request);
    if (token === null || isApiKey(token) || issuerOf(token) !== provider.settings.issuer) return null;
    const known = await principals.of(token, async () => {
      const claims = await verify(provider, token);
      if (claims === null) return null;
      const principal = await principalOfClaims(store, provider.settings, claims);
      const until = new Date(((claims.exp ?? 0) + CLOCK_SKEW_SECONDS) * 1000);
      return { principal, until, session: null };
    });
    return known?.principal ?? null;
  };
}

/** As the token says, unproven: what is not even said to be the provider's is not worth asking it for keys. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** null when the token is not good. @throws GigascopeError IDENTITY_UNAVAILABLE when that cannot be known now. */
async function verify(provider: IdentityProvider, token: string): Promise<JWTPayload | null> {
  const { keys } = await provider.discover();
  const { issuer, audience } = provider.settings;
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ['exp', 'sub'],
    });
    return payload;
  } catch (cause) {
    if (cause instanceof errors.JOSEError && !PROVIDER_FAULTS.has(cause.code)) return null;
    throw new GigascopeError('IDENTITY_UNAVAILABLE', undefined, { cause });
  }
}
