import { isDeepStrictEqual } from 'node:util';
import { GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Tx } from '../../connection.ts';
import type { DecisionRow, ReviewRow } from '../../review-rows.ts';
import { checkDecisions, type DecisionChange } from './check-decisions.ts';
import type { ReviewChangeEntry } from './record-changes.ts';

const MAX_DECISIONS = 5000;

/** Makes and takes back decisions of an open review that is locked; answers those that changed anything. */
export async function decide(
  tx: Tx,
  tenantId: string,
  { id, analysisId, edition }: ReviewRow,
  changes: readonly DecisionChange[],
): Promise<readonly ReviewChangeEntry[]> {
  await checkDecisions(tx, analysisId, changes);
  const own = sql`review_id = ${id} AND edition = ${edition}`;
  const keys = changes.map(({ key }) => key);
  const { rows: before } = await sql<DecisionRow>`
    SELECT key, decision FROM review_decisions WHERE ${own} AND key = ANY(${keys}::text[])`.execute(tx);
  const decided = new Map(before.map(({ key, decision }) => [key, decision]));
  const effective = changes.filter(({ key, decision }) => !isDeepStrictEqual(decided.get(key) ?? null, decision));
  const made = effective.filter(({ decision }) => decision !== null);
  const undone = effective.filter(({ decision }) => decision === null).map(({ key }) => key);
  await sql`DELETE FROM review_decisions WHERE ${own} AND key = ANY(${undone}::text[])`.execute(tx);
  await sql`
    INSERT INTO review_decisions (review_id, edition, key, tenant_id, decision)
    SELECT ${id}, ${edition}, key, ${tenantId}, decision
    FROM jsonb_to_recordset(${JSON.stringify(made)}::jsonb) AS made (key text, decision jsonb)
    ON CONFLICT (review_id, edition, key) DO UPDATE SET decision = excluded.decision`.execute(tx);
  const { rows } = await sql<{ count: number }>`SELECT count(*) FROM review_decisions WHERE ${own}`.execute(tx);
  if (made.length > 0 && (rows[0]?.count ?? 0) > MAX_DECISIONS)
    throw new GigascopeError('CONFLICT', `a review holds at most ${MAX_DECISIONS} decisions`);
  return effective.map(({ key, decision }) => ({
    kind: 'decision',
    subject: key,
    before: decided.get(key) ?? null,
    after: decision,
  }));
}
