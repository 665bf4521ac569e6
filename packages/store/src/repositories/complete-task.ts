import type { AnalysisResult, Detection, Segment, Stamp } from '@gigascope/contracts';
import { sql } from 'kysely';
import { jsonValue, type Tx } from '../connection.ts';
import type { ArtifactRow, StoredPlan } from '../rows.ts';
import { appendEvent, wakeDispatcher } from './append-event.ts';
import { type FencedTask, markDone } from './fenced.ts';
import { insertDetections, insertSegments } from './insert-findings.ts';

/** A person sees at most this many progress events a second; the last one always comes. */
const PROGRESS_EVENTS_PER_SECOND = 4;

export interface FinishedAnalysis {
  readonly result: AnalysisResult;
  /** Blob of the float32 .npy; null where the model's task makes no heatmap. */
  readonly heatmapKey: string | null;
  readonly stamp: Stamp;
  /** Every file that the analysis leaves, heatmap.npy among them. */
  readonly artifacts: readonly ArtifactRow[];
  readonly detections: readonly Detection[];
  /** Begins the segments anew; they are taken a few thousand at a time. null where the model's task makes none. */
  readonly segments: (() => AsyncIterable<Segment>) | null;
}

/** Stores a stage's plan and enters its blocks as tasks, or what follows where there is nothing to read. */
export async function storePlan(
  tx: Tx,
  task: FencedTask,
  plan: StoredPlan,
  tissueCells: Uint8Array,
  thumbnailKey: string,
): Promise<void> {
  const { analysisId, tenantId, stage } = task;
  const cellsTotal = plan.blocks.reduce((sum, block) => sum + block.tissueCells, 0);
  await tx
    .insertInto('plans')
    .values({ analysisId, tenantId, stage, plan: jsonValue(plan), tissueCells: Buffer.from(tissueCells), thumbnailKey })
    .execute();
  await sql`
    INSERT INTO tasks (tenant_id, analysis_id, stage, kind, block, block_index)
    SELECT ${tenantId}, ${analysisId}, ${stage}::integer, 'block', block, (block ->> 'index')::integer
    FROM jsonb_array_elements(${JSON.stringify(plan.blocks)}::jsonb) AS block`.execute(tx);
  await sql`
    UPDATE analyses SET blocks_total = blocks_total + ${plan.blocks.length}, cells_total = cells_total + ${cellsTotal},
      blocks_started_at = coalesce(blocks_started_at, clock_timestamp())
    WHERE id = ${analysisId}`.execute(tx);
  await markDone(tx, task.taskId);
  if (plan.blocks.length === 0) await enterNext(tx, task);
  await appendEvent(tx, analysisId, 'planned');
  await wakeDispatcher(tx);
}

/** Stores a block's output; the stage's last block enters what follows. */
export async function storeBlock(tx: Tx, task: FencedTask, output: Uint8Array): Promise<void> {
  await sql`UPDATE tasks SET output = ${Buffer.from(output)} WHERE id = ${task.taskId}`.execute(tx);
  await markDone(tx, task.taskId);
  const { rows } = await sql<{ last: boolean; due: boolean }>`
    UPDATE analyses SET blocks_done = blocks_done + 1, cells_done = cells_done
      + (SELECT (block ->> 'tissueCells')::integer FROM tasks WHERE id = ${task.taskId})
    WHERE id = ${task.analysisId}
    RETURNING blocks_done = blocks_total AS last,
      progress_at IS NULL OR progress_at < clock_timestamp() - make_interval(secs => ${1 / PROGRESS_EVENTS_PER_SECOND})
        AS due`.execute(tx);
  const last = rows[0]?.last === true;
  if (last) await enterNext(tx, task);
  if (last || rows[0]?.due === true) {
    await sql`UPDATE analyses SET progress_at = clock_timestamp() WHERE id = ${task.analysisId}`.execute(tx);
    await appendEvent(tx, task.analysisId, 'progress');
  }
  await wakeDispatcher(tx);
}

/** Stores what was found and ends the analysis as 'succeeded'. Block outputs go: the files hold them now. */
export async function storeResult(tx: Tx, task: FencedTask, finished: FinishedAnalysis): Promise<void> {
  const { analysisId, tenantId } = task;
  const { result, heatmapKey, stamp, artifacts } = finished;
  const { columns, rows } = result.grid;
  if (heatmapKey !== null)
    await tx.insertInto('heatmaps').values({ analysisId, tenantId, columns, rows, blobKey: heatmapKey }).execute();
  const { score, scoreMeaning: meaning, threshold, positive } = result;
  await tx.insertInto('scores').values({ analysisId, tenantId, score, meaning, threshold, positive }).execute();
  if (artifacts.length > 0) {
    await tx
      .insertInto('artifacts')
      .values(artifacts.map((artifact) => ({ ...artifact, analysisId, tenantId })))
      .execute();
  }
  await sql`
    INSERT INTO lesions (analysis_id, tenant_id, rank, x_l0, y_l0, probability, diameter_um, diameter_uncertainty_um,
                         area_um2, size_class)
    SELECT ${analysisId}, ${tenantId}, rank, "xL0", "yL0", probability, "diameterUm", "diameterUncertaintyUm", "areaUm2",
           "sizeClass"
    FROM jsonb_to_recordset(${JSON.stringify(result.lesions)}::jsonb) AS (
      rank integer, "xL0" double precision, "yL0" double precision, probability double precision,
      "diameterUm" double precision, "diameterUncertaintyUm" double precision, "areaUm2" double precision,
      "sizeClass" text)`.execute(tx);
  await insertDetections(tx, task, finished.detections);
  if (finished.segments !== null) await insertSegments(tx, task, finished.segments());
  await sql`
    UPDATE analyses SET state = 'succeeded', finished_at = clock_timestamp(), error_code = NULL, error_detail = NULL,
      result = ${JSON.stringify(result)}::jsonb, stamp = ${JSON.stringify(stamp)}::jsonb
    WHERE id = ${analysisId}`.execute(tx);
  await markDone(tx, task.taskId);
  await sql`
    UPDATE tasks SET output = NULL WHERE analysis_id = ${analysisId} AND output IS NOT NULL`.execute(tx);
  await appendEvent(tx, analysisId, 'succeeded');
  await wakeDispatcher(tx);
}

/** Enters the next stage's plan, or 'finish' after the last stage. */
async function enterNext(tx: Tx, { analysisId, tenantId, stage }: FencedTask): Promise<void> {
  await sql`
    INSERT INTO tasks (tenant_id, analysis_id, stage, kind)
    SELECT ${tenantId}, ${analysisId}, CASE WHEN is_last THEN ${stage}::integer ELSE ${stage}::integer + 1 END,
      CASE WHEN is_last THEN 'finish' ELSE 'plan' END
    FROM (
      SELECT ${stage}::integer + 1 >= coalesce(jsonb_array_length(m.manifest -> 'stages'), 1) AS is_last
      FROM analyses a JOIN models m ON m.id = a.model_id WHERE a.id = ${analysisId}
    ) AS place`.execute(tx);
}
