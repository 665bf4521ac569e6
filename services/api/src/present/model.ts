import type { Model } from '@gigascope/contracts/http';
import type { ModelRow } from '@gigascope/store';

export function presentModel({ id, sha256, manifest }: ModelRow): Model {
  const { name, version, title, task, scope, intendedUse, licence } = manifest;
  const { mpp, threshold } = manifest.task === 'pipeline' ? { mpp: null, threshold: null } : manifest;
  return { id, name, version, sha256, title, task, scope, mpp, threshold, intendedUse, licence };
}
