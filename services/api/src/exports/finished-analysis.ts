import type { BundleManifest } from '@gigascope/contracts';
import type { AnalysisRow, ResultRow, SlideRow, Store } from '@gigascope/store';
import { requireSucceeded } from '../routes/analyses/require-succeeded.ts';
import { found } from '../routes/responses.ts';

/** An analysis that succeeded, with what it was of and by. */
export interface FinishedAnalysis {
  readonly row: AnalysisRow;
  readonly found: ResultRow;
  readonly slide: SlideRow;
  readonly manifest: BundleManifest;
  /** ISO 8601 in UTC. */
  readonly finishedAt: string;
}

/** @throws GigascopeError NOT_FOUND or RESULT_NOT_READY. */
export async function finishedAnalysis(store: Store, tenantId: string, id: string): Promise<FinishedAnalysis> {
  const result = await requireSucceeded(store, tenantId, id, () => store.analyses.result(tenantId, id));
  const row = found(await store.analyses.get(tenantId, id), 'analysis');
  const slide = found(await store.slides.get(tenantId, row.slideId), 'slide');
  const { manifest } = found(await store.models.get(row.modelId), 'model');
  return { row, found: result, slide, manifest, finishedAt: (row.finishedAt ?? row.createdAt).toISOString() };
}
