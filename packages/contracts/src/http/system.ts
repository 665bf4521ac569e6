import { z } from 'zod';

/** Answer of /healthz and /readyz; `checks` says what is not right, by name. */
export const Health = z.object({ status: z.enum(['ok', 'unavailable']), checks: z.record(z.string(), z.string()) });
export type Health = z.infer<typeof Health>;
