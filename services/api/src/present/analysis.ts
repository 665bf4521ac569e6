import type { Analysis } from '@gigascope/contracts/http';
import type { AnalysisRow } from '@gigascope/store';
import { presentFailure } from './failure.ts';
import { presentProgress } from './progress.ts';

/** `queuePosition` is asked of the store for those that are queued. */
export function presentAnalysis(row: AnalysisRow, queuePosition: number | null, now: Date): Analysis {
  return {
    id: row.id,
    slideId: row.slideId,
    model: { name: row.modelName, version: row.modelVersion },
    state: row.state,
    lane: row.lane,
    progress: presentProgress(row, { blocksStartedAt: row.blocksStartedAt, at: now, queuePosition }),
    error: presentFailure(row.errorCode, row.errorDetail),
    score: row.score,
    scoreMeaning: row.scoreMeaning,
    positive: row.positive,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
