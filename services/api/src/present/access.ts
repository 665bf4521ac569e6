import type { ApiKey, AuditEntry, Tenant, User } from '@gigascope/contracts/http';
import type { ApiKeyRow, AuditRow, TenantRow, UserRow } from '@gigascope/store';

export function presentKey(row: ApiKeyRow): ApiKey {
  const { id, tenantId, name, hint, roles, phi, onlyPermissions, createdBy, createdAt, expiresAt, usedAt, revokedAt } =
    row;
  return {
    ...{ id, tenantId, name, hint, roles: [...roles], phi, createdBy },
    only: onlyPermissions && [...onlyPermissions],
    createdAt: createdAt.toISOString(),
    expiresAt: instant(expiresAt),
    usedAt: instant(usedAt),
    revokedAt: instant(revokedAt),
  };
}

export function presentTenant({ id, name, claim, createdAt }: TenantRow): Tenant {
  return { id, name, claim, createdAt: createdAt.toISOString() };
}

export function presentUser(row: UserRow): User {
  const { id, tenantId, issuer, subject, name, roles, phi, createdAt, seenAt, disabledAt } = row;
  return {
    ...{ id, tenantId, issuer, subject, name, roles: [...roles], phi },
    createdAt: createdAt.toISOString(),
    seenAt: instant(seenAt),
    disabledAt: instant(disabledAt),
  };
}

export function presentAuditEntry(row: AuditRow): AuditEntry {
  const { seq, at, actorKind, actorId, actorName, action, objectType, objectId, outcome, requestId, hash } = row;
  return {
    ...{ seq, at, actorKind, actorId, actorName, action, objectType, objectId, outcome, requestId },
    hash: hash.toString('hex'),
  };
}

function instant(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
