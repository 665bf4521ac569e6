import { GigascopeError, type ManifestOf, type ModelManifest } from '@gigascope/contracts';
import type { FinishInput, StageOutcome } from './stage-outcome.ts';

/** What a pipeline's stage did; ARGUMENT_INVALID where its task is another. */
export function stageOf<T extends ModelManifest['task']>(
  { stages }: Pick<FinishInput, 'stages'>,
  index: number,
  task: T,
): StageOutcome<ManifestOf<T> & ModelManifest> {
  const stage = stages[index];
  if (stage?.manifest.task !== task)
    throw new GigascopeError('ARGUMENT_INVALID', `stage ${index + 1} does not ${task}`);
  return stage as StageOutcome<ManifestOf<T> & ModelManifest>;
}
