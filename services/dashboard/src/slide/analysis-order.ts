import type { Analysis, AnalysisState } from '@gigascope/contracts/http';

/** Whether a state is one of the three in which an analysis ends. */
export function isOver(state: AnalysisState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'canceled';
}

/** The newest analysis of each slide, by slide id. */
export function newestBySlide(analyses: readonly Analysis[]): ReadonlyMap<string, Analysis> {
  const newest = new Map<string, Analysis>();
  for (const analysis of analyses) {
    const known = newest.get(analysis.slideId);
    if (!known || known.createdAt < analysis.createdAt) newest.set(analysis.slideId, analysis);
  }
  return newest;
}

/** Share of an analysis that is done, 0 … 1, by cells where they are known; null before the plan is made. */
export function shareDone({ progress, state }: Pick<Analysis, 'progress' | 'state'>): number | null {
  if (state === 'succeeded') return 1;
  if (progress.cellsTotal > 0) return Math.min(1, progress.cellsDone / progress.cellsTotal);
  return progress.stage === 'finish' ? 1 : null;
}
