import type { Batch } from '@gigascope/contracts/http';
import type { BatchRow } from '@gigascope/store';

/** `etaSeconds` is asked of the store for those that are open. */
export function presentBatch(row: BatchRow, etaSeconds: number | null): Batch {
  const { id, name, total, queued, running, succeeded, failed, canceled, progress } = row;
  return {
    ...{ id, name, total, progress, etaSeconds },
    counts: { queued, running, succeeded, failed, canceled },
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

/** How many of its analyses have ended: never less than before, for none begins again. */
export function endedOf({ succeeded, failed, canceled }: BatchRow): number {
  return succeeded + failed + canceled;
}
