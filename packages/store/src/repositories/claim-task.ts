import type { Block } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Connection, Tx } from '../connection.ts';
import type { ClaimedTask, TaskKind } from '../rows.ts';
import { appendEvent } from './append-event.ts';

export interface Claim {
  readonly workerId: string;
  readonly leaseMs: number;
}

interface TakenTask {
  readonly attempt: number;
  readonly kind: TaskKind;
  readonly stage: number;
  readonly block: Block | null;
  readonly failures: number;
}

/**
 * Takes a queued task under a new attempt and a lease. null when there is nothing to do: another job of it came first,
 * it is done, or its analysis ended.
 */
export function claimTask(connection: Connection, taskId: string, claim: Claim): Promise<ClaimedTask | null> {
  return connection.inNoTenant(async (tx) => {
    const analysis = await tx
      .selectFrom('analyses')
      .select([
        'id',
        'tenantId',
        'lane',
        'deadline',
        'parameters',
        'blocksTotal',
        'cellsTotal',
        'slideId',
        'modelId',
        'state',
      ])
      .where('id', '=', (task) => task.selectFrom('tasks').select('analysisId').where('id', '=', taskId))
      .where('state', 'in', ['queued', 'running'])
      .forUpdate()
      .executeTakeFirst();
    if (analysis === undefined) return null;
    const taken = await take(tx, taskId, claim);
    if (taken === undefined) return null;
    if (analysis.state === 'queued') {
      await sql`
        UPDATE analyses SET state = 'running', started_at = coalesce(started_at, clock_timestamp())
        WHERE id = ${analysis.id}`.execute(tx);
      await appendEvent(tx, analysis.id, 'started');
    }
    const slide = await tx
      .selectFrom('slides')
      .selectAll()
      .where('id', '=', analysis.slideId)
      .executeTakeFirstOrThrow();
    const model = await tx
      .selectFrom('models')
      .selectAll()
      .where('id', '=', analysis.modelId)
      .executeTakeFirstOrThrow();
    const { id, tenantId, lane, deadline, parameters, blocksTotal, cellsTotal } = analysis;
    return {
      taskId,
      ...taken,
      analysis: { id, tenantId, lane, deadline, parameters, blocksTotal, cellsTotal },
      slide,
      model,
    };
  });
}

async function take(tx: Tx, taskId: string, { workerId, leaseMs }: Claim): Promise<TakenTask | undefined> {
  const { rows } = await sql<TakenTask>`
    UPDATE tasks SET state = 'running', attempt = attempt + 1, worker_id = ${workerId},
      lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000}), started_at = clock_timestamp()
    WHERE id = ${taskId} AND state = 'queued'
    RETURNING attempt, kind, stage, block, failures`.execute(tx);
  return rows[0];
}
