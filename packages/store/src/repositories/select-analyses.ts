import type { Tx } from '../connection.ts';

/** Analyses of a laboratory as lists show them. */
export function selectAnalyses(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('analyses as a')
    .innerJoin('models as m', 'm.id', 'a.modelId')
    .innerJoin('slides as sl', 'sl.id', 'a.slideId')
    .leftJoin('scores as s', 's.analysisId', 'a.id')
    .select(['a.id', 'a.tenantId', 'a.slideId', 'a.modelId', 'm.name as modelName', 'm.version as modelVersion'])
    .select(['a.parameters', 'a.state', 'a.lane', 'a.priority', 'a.deadline', 'a.errorCode', 'a.errorDetail'])
    .select(['a.blocksTotal', 'a.blocksDone', 'a.cellsTotal', 'a.cellsDone', 'a.eventSeq'])
    .select(['a.batchId', 'a.rerunOf', 'a.stamp', 'sl.sha256 as slideSha256', 'm.sha256 as modelSha256'])
    .select(['a.createdAt', 'a.startedAt', 'a.blocksStartedAt', 'a.finishedAt'])
    .select(['s.score', 's.meaning as scoreMeaning', 's.positive'])
    .where('a.tenantId', '=', tenantId);
}
