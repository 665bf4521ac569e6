/** Who may do what: the permissions that routes ask for, and the roles that people and lab systems are given. */
import { z } from 'zod';

export const PERMISSIONS = [
  'slides:read',
  'slides:write',
  'slides:delete',
  /** Label and macro images and identifying properties. */
  'phi:read',
  'models:read',
  'models:write',
  'analyses:read',
  'analyses:write',
  'reviews:read',
  'reviews:write',
  /** All reviews of all readers, the truth of slides, and the last word on them. */
  'reviews:adjudicate',
  'keys:manage',
  'users:manage',
  'webhooks:manage',
  'audit:read',
  /** Laboratories of the installation. */
  'tenants:manage',
  /** Figures of the installation: queue, workers, storage. */
  'system:read',
] as const;
export const Permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof Permission>;

const VIEWER = ['slides:read', 'models:read', 'analyses:read', 'reviews:read'] as const;
const LAB_ADMIN = [
  ...VIEWER,
  'slides:write',
  'slides:delete',
  'phi:read',
  'analyses:write',
  'reviews:write',
  'reviews:adjudicate',
  'keys:manage',
  'users:manage',
  'webhooks:manage',
  'audit:read',
] as const;

/** An operator runs the installation and sees no laboratory's data; all others belong to one laboratory. */
export const ROLES = {
  uploader: ['slides:read', 'slides:write', 'models:read', 'analyses:read', 'analyses:write'],
  viewer: VIEWER,
  reviewer: [...VIEWER, 'analyses:write', 'reviews:write'],
  adjudicator: [...VIEWER, 'analyses:write', 'reviews:write', 'reviews:adjudicate'],
  'lab-admin': LAB_ADMIN,
  operator: [
    'models:read',
    'models:write',
    'tenants:manage',
    'keys:manage',
    'users:manage',
    'audit:read',
    'system:read',
  ],
} as const satisfies Record<string, readonly Permission[]>;

export const Role = z.enum(Object.keys(ROLES) as [keyof typeof ROLES]);
export type Role = z.infer<typeof Role>;

export interface Grant {
  readonly roles: readonly Role[];
  /** phi:read beside what the roles allow. */
  readonly phi: boolean;
  /** Narrows the roles to these; null: all that they allow. */
  readonly only: readonly Permission[] | null;
}

/** What a grant comes to. */
export function permissionsOf({ roles, phi, only }: Grant): ReadonlySet<Permission> {
  const all: Permission[] = roles.flatMap((role) => ROLES[role]);
  if (phi) all.push('phi:read');
  return new Set(only === null ? all : all.filter((permission) => only.includes(permission)));
}

/** For whom a request speaks. */
export interface Principal {
  readonly kind: 'key' | 'user' | 'anyone';
  readonly id: string;
  readonly name: string;
  /** null: the installation's operator, who belongs to no laboratory. */
  readonly tenantId: string | null;
  readonly permissions: ReadonlySet<Permission>;
}
