import type { AnalysisParameters } from '@gigascope/contracts';
import type { Lane } from '@gigascope/store';

/** One analysis of a batch as it was asked for, and where it stands there. */
export interface AskedAnalysis {
  /** Such as '/items/3' or 'line 7'. */
  readonly place: string;
  /** An id; in a table also a SHA-256 hash or a name. */
  readonly slide: string;
  readonly model: string;
  readonly parameters: AnalysisParameters;
  readonly lane: Lane;
  readonly priority: number;
  readonly deadline: Date | null;
}
