import type { Model } from '@gigascope/contracts/http';

/** The models that can be run, by title: of each name the version that was registered last, which is the one that runs. */
export function newestModels(newestFirst: readonly Model[]): readonly Model[] {
  const byName = new Map<string, Model>();
  for (const model of newestFirst) if (!byName.has(model.name)) byName.set(model.name, model);
  return [...byName.values()].toSorted((a, b) => a.title.localeCompare(b.title));
}
