import type { BundleManifest } from '@gigascope/contracts';

/** A manifest without what is worked out from the model itself. */
export type ManifestDraft = Omit<BundleManifest, 'files' | 'golden' | 'parameterCount'>;
