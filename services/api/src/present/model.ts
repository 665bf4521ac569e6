import type { Model } from '@gigascope/contracts/http';
import type { ModelRow } from '@gigascope/store';

export function presentModel({ id, sha256, manifest }: ModelRow): Model {
  const { name, version, title, task, scope, mpp, threshold, intendedUse, licence } = manifest;
  return { id, name, version, sha256, title, task, scope, mpp, threshold, intendedUse, licence };
}
