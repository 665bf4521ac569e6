import type { Analysis, AnalysisDetail } from '@gigascope/contracts/http';
import type { AnalysisRow, QueuePlace } from '@gigascope/store';
import { presentFailure } from './failure.ts';
import { presentProgress } from './progress.ts';

/** `queuePlace` is asked of the store for those that are queued. */
export function presentAnalysis(row: AnalysisRow, queuePlace: QueuePlace | null, now: Date): Analysis {
  return {
    id: row.id,
    slideId: row.slideId,
    model: { name: row.modelName, version: row.modelVersion },
    state: row.state,
    lane: row.lane,
    priority: row.priority,
    deadline: row.deadline?.toISOString() ?? null,
    batchId: row.batchId,
    rerunOf: row.rerunOf,
    progress: presentProgress(row, { blocksStartedAt: row.blocksStartedAt, at: now, queuePlace }),
    error: presentFailure(row.errorCode, row.errorDetail),
    score: row.score,
    scoreMeaning: row.scoreMeaning,
    positive: row.positive,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

export function presentAnalysisDetail(row: AnalysisRow, queuePlace: QueuePlace | null, now: Date): AnalysisDetail {
  const { parameters, slideSha256, modelSha256, stamp } = row;
  return { ...presentAnalysis(row, queuePlace, now), parameters, slideSha256, modelSha256, stamp };
}
