import { GigascopeError, type Principal, permissionsOf, Role } from '@gigascope/contracts';
import type { Store } from '@gigascope/store';
import type { OidcSettings } from './settings.ts';

type Claims = Readonly<Record<string, unknown>>;

const MAX_NAME_LENGTH = 200;
const NAME_CLAIMS = ['name', 'preferred_username', 'email', 'sub'];

/**
 * For whom verified claims speak: for a person of the laboratory that they name, or, where they name none, for an operator.
 * Whoever is seen first gets the roles of their claim; later the laboratory's administrator decides on them.
 * @throws GigascopeError FORBIDDEN when the laboratory is unknown or none, or the person is disabled.
 */
export async function principalOfClaims(store: Store, settings: OidcSettings, claims: Claims): Promise<Principal> {
  const tenantId = await tenantOf(store, claimAt(claims, settings.tenantClaim));
  const claimed = rolesIn(claimAt(claims, settings.rolesClaim));
  const roles = claimed.filter((role) => (role === 'operator') === (tenantId === null));
  if (tenantId === null && roles.length === 0)
    throw new GigascopeError('FORBIDDEN', 'the account belongs to no laboratory');
  const person = { issuer: settings.issuer, subject: String(claims['sub']), name: nameIn(claims), roles };
  const user = await store.users.meet(tenantId, person);
  const permissions = permissionsOf({ roles: user.roles, phi: user.phi, only: null });
  return { kind: 'user', id: user.id, name: user.name, tenantId, permissions };
}

async function tenantOf(store: Store, claim: unknown): Promise<string | null> {
  if (claim === undefined || claim === null) return null;
  const tenantId = typeof claim === 'string' ? await store.tenants.findByClaim(claim) : null;
  if (tenantId === null) throw new GigascopeError('FORBIDDEN', 'the account’s laboratory is not known here');
  return tenantId;
}

/** A list, or words with spaces between them; what is no role of ours is left out. */
function rolesIn(claim: unknown): readonly Role[] {
  const words: readonly unknown[] = Array.isArray(claim) ? claim : String(claim ?? '').split(' ');
  const roles = words.flatMap((word) => Role.safeParse(word).data ?? []);
  return [...new Set(roles)];
}

function nameIn(claims: Claims): string {
  const names = NAME_CLAIMS.map((claim) => claims[claim]);
  const name = names.find((value): value is string => typeof value === 'string' && value.trim() !== '');
  return (name ?? '').trim().slice(0, MAX_NAME_LENGTH);
}

/** By its whole name, which may have dots in it, or else as a path. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Claims)[step];
  }
  return value;
}
