import { z } from 'zod';

/** What is where in a backup's folder. */
export const DATA = 'data';
export const BLOBS = 'blobs';
export const SECRETS = ['owner-secret', 'role-secrets.json'] as const;
/** Written last. */
export const MANIFEST = 'backup.json';

export const Manifest = z.object({ format: z.literal(1), createdAt: z.iso.datetime(), postgres: z.literal(18) });
export type Manifest = z.infer<typeof Manifest>;
