import { join } from 'node:path';
import { GigascopeError, type ModelManifest } from '@gigascope/contracts';
import { loadManifest } from '@gigascope/models';
import type { ModelRow } from '@gigascope/store';

/** The manifest of one of a model's networks; those of a pipeline lie in its folder, whose hash the engine has checked. */
export async function stageManifest({ manifest, folder }: ModelRow, stage: number): Promise<ModelManifest> {
  if (manifest.task !== 'pipeline') return manifest;
  const inner = manifest.stages[stage];
  if (inner === undefined)
    throw new GigascopeError('INTERNAL', `a pipeline of ${manifest.stages.length} has no stage ${stage}`);
  const own = await loadManifest(join(folder, inner.folder));
  if (own.task === 'pipeline') throw new GigascopeError('ARGUMENT_INVALID', 'a pipeline inside a pipeline');
  return own;
}
