import type { Analysis, SubmitBatchData } from '@gigascope/client';

/** What a person says of a batch, as typed; empty: as it is by itself. */
export interface BatchSettings {
  readonly name: string;
  readonly model: string;
  readonly lane: Analysis['lane'];
  readonly priority: string;
  readonly threshold: string;
  readonly mpp: string;
  readonly orientations: boolean;
  readonly force: boolean;
}

export const EMPTY_SETTINGS: BatchSettings = {
  ...{ name: '', model: '', lane: 'routine', priority: '0', threshold: '', mpp: '', orientations: false, force: false },
};

/** The batch to be sent; what was left empty is left out. */
export function batchOf(settings: BatchSettings, slideIds: readonly string[]): SubmitBatchData['body'] {
  const { name, model, lane, priority, threshold, mpp, orientations, force } = settings;
  return {
    ...(name.trim() && { name: name.trim() }),
    slideIds: [...slideIds],
    models: [model],
    lane,
    priority: Number(priority),
    parameters: {
      ...(threshold && { threshold: Number(threshold) }),
      ...(mpp && { mppOverride: Number(mpp) }),
      ...(orientations && { orientations: 8 as const }),
      ...(force && { force }),
    },
  };
}
