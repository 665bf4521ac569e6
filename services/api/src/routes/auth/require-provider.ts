import { GigascopeError } from '@gigascope/contracts';
import type { IdentityProvider } from '../../access/oidc/identity-provider.ts';
import type { Context } from '../../context.ts';

/** @throws GigascopeError NOT_FOUND where people do not sign in by a provider. */
export function requireProvider({ access, provider }: Context): IdentityProvider {
  if (access === 'open' || provider === null || provider.settings.client === null)
    throw new GigascopeError('NOT_FOUND', 'there is no identity provider to sign in with');
  return provider;
}
