import { z } from 'zod';

/** The body of every error answer (RFC 9457); `code` is one of ERRORS, `title` its sentence. */
export const Problem = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  /** The request's id, to be found in the log. */
  instance: z.string(),
  /** What of the request is not valid, where that is the error. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** Why a slide was refused or an analysis failed. */
export const Failure = z.object({ code: z.string(), title: z.string(), detail: z.string().nullable() });
export type Failure = z.infer<typeof Failure>;

/** ISO 8601 in UTC. */
export const Instant = z.iso.datetime();
export const Id = z.uuid();
export const IdParams = z.object({ id: Id });

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `nextCursor` of the page before. */
  cursor: Id.optional(),
});
