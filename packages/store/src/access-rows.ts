import type { Permission, Role } from '@gigascope/contracts';

/** A key of a lab system or a script, without the key. */
export interface ApiKeyRow {
  readonly id: string;
  /** null: the installation's. */
  readonly tenantId: string | null;
  readonly name: string;
  /** The key's last characters, so that people can tell theirs. */
  readonly hint: string;
  readonly roles: readonly Role[];
  readonly phi: boolean;
  readonly onlyPermissions: readonly Permission[] | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** A person of the identity provider. */
export interface UserRow {
  readonly id: string;
  /** null: an operator of the installation. */
  readonly tenantId: string | null;
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly phi: boolean;
  readonly disabledAt: Date | null;
  readonly createdAt: Date;
  /** To the minute. */
  readonly seenAt: Date | null;
}

/** A browser's session and for whom it speaks. */
export interface SessionRow {
  readonly id: string;
  readonly tenantId: string | null;
  readonly kind: 'key' | 'user';
  readonly principalId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly phi: boolean;
  readonly onlyPermissions: readonly Permission[] | null;
  readonly expiresAt: Date;
}

export interface TenantRow {
  readonly id: string;
  readonly name: string;
  /** What a token of the identity provider says for this laboratory. */
  readonly claim: string | null;
  readonly createdAt: Date;
}

/** What was asked for, by whom; written before it is done. */
export interface AuditRecord {
  readonly actorKind: string;
  readonly actorId: string;
  readonly actorName: string;
  /** Such as 'slide.view'. */
  readonly action: string;
  readonly objectType: string;
  readonly objectId: string;
  /** 'asked', or the code of the error that it ended with. */
  readonly outcome: string;
  readonly requestId: string;
}

export interface AuditRow extends AuditRecord {
  readonly seq: number;
  /** ISO 8601 in UTC, as it was hashed. */
  readonly at: string;
  readonly hash: Buffer;
}
