import { type Decision, type FindingKey, GigascopeError } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Tx } from '../../connection.ts';

export interface DecisionChange {
  readonly key: FindingKey;
  /** null takes a decision back. */
  readonly decision: Decision | null;
}

const KINDS = ['lesion', 'detection', 'segment'] as const;

/** @throws GigascopeError NOT_FOUND for a finding that the analysis lacks, ARGUMENT_INVALID for a place off the slide. */
export async function checkDecisions(tx: Tx, analysisId: string, changes: readonly DecisionChange[]): Promise<void> {
  const made = changes.filter(({ decision }) => decision !== null);
  for (const kind of KINDS) {
    const ranks = made.filter(({ key }) => key.startsWith(`${kind}-`)).map(({ key }) => Number(key.split('-')[1]));
    if (ranks.length > 0) await checkRanks(tx, analysisId, kind, ranks);
  }
  const xy = made.flatMap(({ decision }) => coordinatesOf(decision));
  if (xy.length > 0) await checkPlaces(tx, analysisId, xy);
}

async function checkRanks(tx: Tx, analysisId: string, kind: (typeof KINDS)[number], ranks: readonly number[]) {
  const { rows } = await sql<{ rank: number }>`
    SELECT rank FROM ${sql.table(`${kind}s`)} WHERE analysis_id = ${analysisId} AND rank = ANY(${ranks}::integer[])`.execute(
    tx,
  );
  const known = new Set(rows.map(({ rank }) => rank));
  const missing = ranks.find((rank) => !known.has(rank));
  if (missing !== undefined) throw new GigascopeError('NOT_FOUND', `the analysis has no ${kind}-${missing}`);
}

async function checkPlaces(tx: Tx, analysisId: string, xy: readonly number[]): Promise<void> {
  const { rows } = await sql<{ width: number; height: number }>`
    SELECT (result #>> '{slide,metadata,widthL0}')::float8 AS width, (result #>> '{slide,metadata,heightL0}')::float8 AS height
    FROM analyses WHERE id = ${analysisId}`.execute(tx);
  const { width = 0, height = 0 } = rows[0] ?? {};
  if (xy.some((value, k) => value < 0 || value > (k % 2 === 0 ? width : height)))
    throw new GigascopeError('ARGUMENT_INVALID', `a place is off the slide, which is ${width} × ${height} px`);
}

/** x and y alternating. */
function coordinatesOf(decision: Decision | null): readonly number[] {
  if (decision?.verdict === 'moved') return [decision.to.xL0, decision.to.yL0];
  if (decision?.verdict !== 'added') return [];
  const { shape } = decision;
  return shape.kind === 'point' ? [shape.xL0, shape.yL0] : shape.ringL0;
}
