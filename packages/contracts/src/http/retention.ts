import { z } from 'zod';
import { Id, Instant } from './common.ts';

const Days = z.int().min(1).max(36_500).nullable();

/** How long a laboratory keeps what, in days; null: for ever. What is held or signed off is kept in any case. */
export const RetentionPolicy = z
  .strictObject({
    /** Slides that are ready, from their upload on. */
    readyDays: Days,
    /** Slides that were refused. */
    rejectedDays: Days,
    /** Analyses with their findings and files, from their end on; their slide stays. */
    resultDays: Days,
  })
  .meta({ examples: [{ readyDays: 3650, rejectedDays: 30, resultDays: null }] });
export type RetentionPolicy = z.infer<typeof RetentionPolicy>;

/** What the next sweep would delete. */
export const RetentionPreview = z.object({
  at: Instant,
  slides: z.array(z.object({ id: Id, createdAt: Instant, sizeBytes: z.int().nonnegative() })),
  analyses: z.array(z.object({ id: Id, slideId: Id, finishedAt: Instant })),
  /** More would go than is listed. */
  truncated: z.boolean(),
});
export type RetentionPreview = z.infer<typeof RetentionPreview>;
