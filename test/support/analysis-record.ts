import { setTimeout as sleep } from 'node:timers/promises';
import { FILES_OF_TASK } from '@gigascope/contracts/paths';
import { expect } from 'vitest';
import type { Installation } from './installation.ts';

const PATIENCE_MS = 120_000;
const POLL_MS = 5;

/** A finished block as Postgres has it: unchanged later means that nobody did it again. */
interface DoneBlock {
  readonly id: string;
  readonly attempt: number;
  readonly finishedAt: string;
}

export function doneBlocks(installation: Installation, id: string): Promise<DoneBlock[]> {
  return installation.query<DoneBlock>(
    `SELECT id, attempt, finished_at::text AS "finishedAt" FROM tasks
     WHERE analysis_id = $1 AND kind = 'block' AND state = 'done' ORDER BY id`,
    [id],
  );
}

export async function expectNotRepeated(
  installation: Installation,
  id: string,
  before: readonly DoneBlock[],
): Promise<void> {
  expect(await doneBlocks(installation, id)).toEqual(expect.arrayContaining([...before]));
}

/** Waits until that many blocks of an analysis are done. */
export async function waitForBlocks(installation: Installation, id: string, count: number): Promise<void> {
  await until(async () => {
    const [row] = await installation.query<{ done: number }>(
      'SELECT blocks_done::integer AS done FROM analyses WHERE id = $1',
      [id],
    );
    return row !== undefined && row.done >= count;
  }, `${count} blocks of ${id}`);
}

/** Waits for something that comes about by itself. */
export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; !(await holds()); await sleep(POLL_MS)) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
  }
}

/** The analysis succeeded once: one end among its events, one result, each block once, the six files with these hashes. */
export async function expectEndedOnce(
  installation: Installation,
  id: string,
  hashes: Readonly<Record<string, string>>,
): Promise<void> {
  const analysis = await installation.wait(id);
  expect(analysis, installation.logs).toMatchObject({ state: 'succeeded', error: null });
  const [counts] = await installation.query(
    `SELECT (SELECT count(*) FROM heatmaps WHERE analysis_id = $1)::integer AS heatmaps,
       (SELECT count(*) FROM scores WHERE analysis_id = $1)::integer AS scores,
       (SELECT count(*) FROM artifacts WHERE analysis_id = $1)::integer AS artifacts,
       (SELECT count(*) FROM tasks WHERE analysis_id = $1 AND state <> 'done')::integer AS open,
       (SELECT count(*) FROM tasks WHERE analysis_id = $1 AND kind <> 'block')::integer AS others,
       (SELECT count(*) - count(DISTINCT block_index) FROM tasks
        WHERE analysis_id = $1 AND kind = 'block')::integer AS doubled`,
    [id],
  );
  const artifacts = FILES_OF_TASK.classify.length;
  expect(counts).toEqual({ heatmaps: 1, scores: 1, artifacts, open: 0, others: 2, doubled: 0 });
  expect((await endsOf(installation, id)).map(({ kind }) => kind)).toEqual(['succeeded']);
  expect(await installation.hashes(id)).toEqual(hashes);
}

/** The events that end an analysis, with what comes after them: there may be one and nothing. */
export function endsOf(installation: Installation, id: string): Promise<{ kind: string; code: string | null }[]> {
  return installation.query(
    `SELECT kind, data ->> 'code' AS code FROM events WHERE analysis_id = $1 AND seq >=
       (SELECT min(seq) FROM events WHERE analysis_id = $1 AND kind IN ('succeeded', 'failed', 'canceled'))
     ORDER BY seq`,
    [id],
  );
}
