import type { AuditFilterQuery } from '@gigascope/contracts/http';
import type { AuditFilter } from '@gigascope/store';
import type { z } from 'zod';

/** A query's filter as the store takes it. */
export function filterOf(query: z.infer<typeof AuditFilterQuery>): AuditFilter {
  const { objectId, actor, action, from, to } = query;
  return { objectId, actorId: actor, action, from: dateOf(from), to: dateOf(to) };
}

function dateOf(instant: string | undefined): Date | undefined {
  return instant === undefined ? undefined : new Date(instant);
}
