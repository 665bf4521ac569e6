import { z } from 'zod';
import { Permission, Role } from '../access.ts';
import { Id, Instant, PageQuery } from './common.ts';

const Name = z.string().trim().min(1).max(200);
const SomeRoles = z.array(Role).max(8);

/** Signs a browser in with an API key. */
export const SignIn = z.object({ key: z.string().min(1).max(200) });
export type SignIn = z.infer<typeof SignIn>;

/** For whom a request speaks; `principal` is null where nobody signed in. */
export const Session = z.object({
  access: z.enum(['open', 'keys']),
  principal: z.object({ kind: z.enum(['key', 'user', 'anyone']), id: z.string(), name: z.string() }).nullable(),
  permissions: z.array(Permission),
  /** null for the installation's operators, and for nobody. */
  laboratory: z.object({ id: Id, name: z.string() }).nullable(),
  /** For the header x-csrf-token of whatever changes something; null where no cookie signs requests. */
  csrfToken: z.string().nullable(),
  /** How one may sign in here; 'provider' begins at /auth/login. */
  signIn: z.array(z.enum(['key', 'provider'])),
});
export type Session = z.infer<typeof Session>;

/** An operator names the laboratory whose entries are meant; all others mean their own. */
export const OfTenantQuery = z.object({ tenant: Id.optional() });
export const OfTenantPageQuery = PageQuery.extend(OfTenantQuery.shape);

/** A key without the key itself. */
export const ApiKey = z.object({
  id: Id,
  tenantId: Id.nullable(),
  name: z.string(),
  /** Its last characters. */
  hint: z.string(),
  roles: z.array(Role),
  phi: z.boolean(),
  only: z.array(Permission).nullable(),
  createdBy: z.string(),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  /** To the minute. */
  usedAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const ApiKeyPage = z.object({ items: z.array(ApiKey), nextCursor: z.string().nullable() });

export const NewApiKey = z.object({
  name: Name,
  roles: SomeRoles.min(1),
  /** phi:read beside what the roles allow. */
  phi: z.boolean().default(false),
  /** Narrows the roles to these; null: all that they allow. */
  only: z.array(Permission).min(1).max(50).nullable().default(null),
  /** null: it does not expire. */
  expiresAt: Instant.nullable().default(null),
  /** By an operator, for a laboratory. */
  tenantId: Id.optional(),
});
export type NewApiKey = z.infer<typeof NewApiKey>;

/** The only time that the key is shown. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() });

export const Tenant = z.object({ id: Id, name: z.string(), claim: z.string().nullable(), createdAt: Instant });
export type Tenant = z.infer<typeof Tenant>;

export const TenantList = z.object({ items: z.array(Tenant) });

export const NewTenant = z.object({
  name: Name,
  /** What a token of the identity provider says for this laboratory. */
  claim: Name.nullable().default(null),
});

export const TenantChange = z.object({ name: Name.optional(), claim: Name.nullable().optional() });

/** A person of the identity provider, as known here since their first sign-in. */
export const User = z.object({
  id: Id,
  tenantId: Id.nullable(),
  issuer: z.string(),
  subject: z.string(),
  name: z.string(),
  roles: z.array(Role),
  phi: z.boolean(),
  createdAt: Instant,
  seenAt: Instant.nullable(),
  disabledAt: Instant.nullable(),
});
export type User = z.infer<typeof User>;

export const UserPage = z.object({ items: z.array(User), nextCursor: z.string().nullable() });

/** What is left out stays. */
export const UserChange = z.object({
  roles: SomeRoles.optional(),
  phi: z.boolean().optional(),
  disabled: z.boolean().optional(),
});

/** Which entries of the audit; `from` is included, `to` is not. */
export const AuditFilterQuery = z.object({
  objectId: z.string().min(1).max(64).optional(),
  /** Id of a key or user. */
  actor: z.string().min(1).max(64).optional(),
  /** Operation id, such as getSlide. */
  action: z.string().min(1).max(64).optional(),
  from: Instant.optional(),
  to: Instant.optional(),
});

export const AuditQuery = AuditFilterQuery.extend({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  /** `nextCursor` of the page before. */
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
});

export const AuditEntry = z.object({
  seq: z.int().positive(),
  /** To the microsecond, as it was hashed. */
  at: z.iso.datetime(),
  actorKind: z.string(),
  actorId: z.string(),
  actorName: z.string(),
  action: z.string(),
  objectType: z.string(),
  objectId: z.string(),
  /** 'asked', written before it was done, or the code of the error that it ended with. */
  outcome: z.string(),
  requestId: z.string(),
  /** SHA-256, hexadecimal, of the hash before and of the fields above as a JSON array of strings. */
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditPage = z.object({ items: z.array(AuditEntry), nextCursor: z.string().nullable() });

export const AuditVerification = z.object({
  whole: z.boolean(),
  /** The first entry that is not as it was written, or that is missing. */
  firstBrokenSeq: z.int().positive().nullable(),
  /** The newest entry: noted elsewhere, it proves later that nothing before it was written anew. */
  head: z.object({ seq: z.int().positive(), hash: z.string() }).nullable(),
});
