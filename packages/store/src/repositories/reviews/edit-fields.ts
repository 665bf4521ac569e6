import type { Confidence } from '@gigascope/contracts';
import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Tx } from '../../connection.ts';
import type { EditionRow, ReviewRow } from '../../review-rows.ts';
import type { ReviewChangeEntry } from './record-changes.ts';

/** Fields that are left out stay as they are. */
export interface ReviewFields {
  readonly confidence?: Confidence | null | undefined;
  readonly comment?: string | undefined;
  readonly timeLimited?: boolean | undefined;
}

const FIELDS = ['confidence', 'comment', 'timeLimited'] as const;

/** Sets fields of an open review that is locked; answers those that changed. */
export async function editFields(
  tx: Tx,
  { id, edition }: ReviewRow,
  fields: ReviewFields,
): Promise<readonly ReviewChangeEntry[]> {
  const { rows } = await sql<Pick<EditionRow, (typeof FIELDS)[number]>>`
    SELECT confidence, comment, time_limited FROM review_editions WHERE review_id = ${id} AND edition = ${edition}`.execute(
    tx,
  );
  const [before] = rows;
  if (before === undefined) throw new GigascopeError('INTERNAL', 'a review without its edition');
  const given = FIELDS.filter((field) => fields[field] !== undefined && fields[field] !== before[field]);
  const after = { ...before, ...Object.fromEntries(given.map((field) => [field, fields[field]])) };
  await sql`
    UPDATE review_editions SET confidence = ${after.confidence}, comment = ${after.comment},
      time_limited = ${after.timeLimited}
    WHERE review_id = ${id} AND edition = ${edition}`.execute(tx);
  return given.map((field) => ({ kind: 'field', subject: field, before: before[field], after: after[field] }));
}
