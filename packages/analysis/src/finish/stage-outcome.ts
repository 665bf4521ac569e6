import type { AnalysisParameters, AnalysisPlan, BundleManifest, ModelManifest, Stamp } from '@gigascope/contracts';

/** What one stage of a bundle did on a slide. */
export interface StageOutcome<M extends ModelManifest = ModelManifest> {
  readonly manifest: M;
  readonly plan: AnalysisPlan;
  /** Every block's output, by block index, in the form of the stage's task. */
  readonly outputs: ReadonlyMap<number, Uint8Array>;
}

export interface FinishInput {
  readonly slideName: string;
  /** The bundle's; of a pipeline, `stages` have manifests of their own. */
  readonly manifest: BundleManifest;
  readonly stages: readonly StageOutcome[];
  readonly parameters: AnalysisParameters;
  readonly stamp: Stamp;
}

/** One stage with what the whole analysis knows. */
export type StageInput<M extends ModelManifest> = Omit<FinishInput, 'stages'> & StageOutcome<M>;
