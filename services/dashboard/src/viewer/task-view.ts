import type { AnalysisResult } from '@gigascope/contracts';
import type { FindingKind } from './finding.ts';

/** What the viewer shows of an analysis. */
export interface TaskView {
  /** What the map's values are the probability of; null where the analysis leaves no map. */
  readonly heatmap: 'finding' | 'region' | null;
  /** How opaque the map is at first; a map of large regions must leave what is marked in them to be seen. */
  readonly opacity: number;
  /** What is fetched by view and drawn on a canvas; null: lesions, which the result holds. */
  readonly findings: FindingKind | null;
  /** What N and P go through. */
  readonly steps: 'lesions' | 'objects' | null;
}

export const TASK_VIEWS: Readonly<Record<AnalysisResult['task'], TaskView>> = {
  classify: { heatmap: 'finding', opacity: 0.7, findings: null, steps: 'lesions' },
  detect: { heatmap: null, opacity: 0, findings: 'detections', steps: 'objects' },
  segment: { heatmap: null, opacity: 0, findings: 'segments', steps: null },
  pipeline: { heatmap: 'region', opacity: 0.3, findings: 'detections', steps: 'objects' },
};
