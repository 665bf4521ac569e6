import type { Model, ModelDetail } from '@gigascope/contracts/http';
import type { ModelRow } from '@gigascope/store';

export function presentModel({ id, sha256, manifest }: ModelRow): Model {
  const { name, version, title, task, scope, intendedUse, licence } = manifest;
  const { mpp, threshold } = manifest.task === 'pipeline' ? { mpp: null, threshold: null } : manifest;
  return { id, name, version, sha256, title, task, scope, mpp, threshold, intendedUse, licence };
}

export function presentModelDetail(row: ModelRow): ModelDetail {
  const { manifest } = row;
  const { classes, trainingData, figures, scope } = manifest;
  const network = manifest.task === 'pipeline' ? null : manifest;
  return {
    ...presentModel(row),
    ...{ classes, trainingData, figures },
    positiveClass: 'positiveClass' in manifest ? manifest.positiveClass : null,
    architecture: network?.architecture ?? null,
    patchSizePx: network?.patchSizePx ?? null,
    parameterCount: network?.parameterCount ?? null,
    mppRange: scope.mppRange ?? null,
    stages: manifest.task === 'pipeline' ? manifest.stages.map(({ name }) => name) : [],
  };
}
