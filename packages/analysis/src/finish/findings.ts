import type { AnalysisResult, Detection } from '@gigascope/contracts';
import type { OutputFileName } from '@gigascope/contracts/paths';

/** What an analysis found besides the files in its folder. */
export interface Findings {
  readonly result: AnalysisResult;
  readonly detections: readonly Detection[];
  /** A file of segments, one as JSON a line, outside the folder's own files; null when the task makes none. */
  readonly segmentsFile: string | null;
  /** The files written, result.json last. */
  readonly files: readonly OutputFileName[];
}

/** What a task's own finish gives; result.json is written for all alike. */
export type TaskFindings = Omit<Findings, 'files'> & { readonly files: readonly OutputFileName[] };
