import { z } from 'zod';
import { Id, Instant } from './common.ts';

/** Answer of /healthz and /readyz; `checks` says what is not right, by name. */
export const Health = z.object({ status: z.enum(['ok', 'unavailable']), checks: z.record(z.string(), z.string()) });
export type Health = z.infer<typeof Health>;

/** Of the whole installation: counts and sizes, nobody's data. */
export const SystemStatus = z.object({
  /** Open tasks by lane and state; what has none is absent. */
  queue: z.array(
    z.object({
      lane: z.enum(['stat', 'routine', 'research']),
      state: z.enum(['waiting', 'queued', 'running']),
      count: z.int().nonnegative(),
    }),
  ),
  /** null while nothing waits. */
  oldestWaitingSeconds: z.number().nonnegative().nullable(),
  /** Those that were seen within the last 15 s. */
  workers: z.array(z.object({ id: Id, host: z.string(), pid: z.int(), capacity: z.int(), seenAt: Instant })),
  storage: z.object({
    databaseBytes: z.int().nonnegative(),
    slideBytes: z.int().nonnegative(),
    resultBytes: z.int().nonnegative(),
    /** Of the disk that the slides and results lie on. */
    freeBytes: z.int().nonnegative(),
    diskBytes: z.int().nonnegative(),
  }),
});
export type SystemStatus = z.infer<typeof SystemStatus>;
