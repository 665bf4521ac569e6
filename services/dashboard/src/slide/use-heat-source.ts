import type { AnalysisResult } from '@gigascope/contracts';
import { useMemo } from 'preact/hooks';
import { useHeatmap } from '../server/tile-requests.ts';
import { TASK_VIEWS } from '../viewer/task-view.ts';
import type { HeatSource } from '../viewer/use-heatmap-layer.ts';

interface HeatSourceState {
  /** null where the analysis leaves no map, or until it is there; stays the same object. */
  readonly source: HeatSource | null;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** Where a heatmap's tiles come from. */
export function useHeatSource(analysisId: string | null, result: AnalysisResult | null): HeatSourceState {
  const hasMap = result !== null && TASK_VIEWS[result.task].heatmap !== null;
  const map = useHeatmap(hasMap ? analysisId : null);
  const source = useMemo(
    () => (analysisId !== null && map.data ? { analysisId, map: map.data } : null),
    [analysisId, map.data],
  );
  return { source, error: map.error, retry: () => void map.refetch() };
}
