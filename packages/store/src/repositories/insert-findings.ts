import type { Detection, Segment } from '@gigascope/contracts';
import { sql } from 'kysely';
import type { Tx } from '../connection.ts';
import type { FencedTask } from './fenced.ts';
import { packRings } from './packed-rings.ts';

type Owner = Pick<FencedTask, 'analysisId' | 'tenantId'>;

/** Rows that are sent to Postgres at once. */
const ROWS_AT_ONCE = 2000;

/** Stores boxes; of each its left upper corner and its size. */
export async function insertDetections(tx: Tx, owner: Owner, detections: readonly Detection[]): Promise<void> {
  for (let first = 0; first < detections.length; first += ROWS_AT_ONCE) {
    const rows = detections.slice(first, first + ROWS_AT_ONCE);
    await sql`
      INSERT INTO detections (analysis_id, tenant_id, rank, class, probability, x_l0, y_l0, width_l0, height_l0)
      SELECT ${owner.analysisId}, ${owner.tenantId}, rank, class, probability, "x0L0", "y0L0", "x1L0" - "x0L0",
        "y1L0" - "y0L0"
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS (
        rank integer, class text, probability double precision, "x0L0" double precision, "y0L0" double precision,
        "x1L0" double precision, "y1L0" double precision)`.execute(tx);
  }
}

/** Stores outlines, as fast as they come; memory holds one batch. */
export async function insertSegments(tx: Tx, owner: Owner, segments: AsyncIterable<Segment>): Promise<void> {
  let batch: Segment[] = [];
  for await (const segment of segments) {
    batch.push(segment);
    if (batch.length < ROWS_AT_ONCE) continue;
    await insertBatch(tx, owner, batch);
    batch = [];
  }
  await insertBatch(tx, owner, batch);
}

async function insertBatch(tx: Tx, owner: Owner, segments: readonly Segment[]): Promise<void> {
  if (segments.length === 0) return;
  const rows = segments.map(({ rings, ...rest }) => ({ ...rest, ...packRings(rings), ...boundsOf(rings) }));
  await sql`
    INSERT INTO segments (analysis_id, tenant_id, rank, class, probability, area_um2, ring_corners, points_l0, box_l0)
    SELECT ${owner.analysisId}, ${owner.tenantId}, rank, class, probability, "areaUm2", "ringCorners", "pointsL0",
      box(point(x0, y0), point(x1, y1))
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS (
      rank integer, class text, probability double precision, "areaUm2" double precision, "ringCorners" integer[],
      "pointsL0" double precision[], x0 double precision, y0 double precision, x1 double precision,
      y1 double precision)`.execute(tx);
}

/** The shell's bounding box; level-0 pixels. */
function boundsOf([shell = []]: Segment['rings']): { x0: number; y0: number; x1: number; y1: number } {
  const bounds = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
  for (let k = 0; k < shell.length; k += 2) {
    const [x, y] = [shell[k] as number, shell[k + 1] as number];
    bounds.x0 = Math.min(bounds.x0, x);
    bounds.y0 = Math.min(bounds.y0, y);
    bounds.x1 = Math.max(bounds.x1, x);
    bounds.y1 = Math.max(bounds.y1, y);
  }
  return bounds;
}
