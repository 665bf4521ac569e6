import type { ManifestOf, ModelManifest } from '@gigascope/contracts';

/** What is worked out from the model itself. */
type Derived = 'files' | 'golden' | 'parameterCount';

/** Omit over each member of a union. */
type Without<M, K extends PropertyKey> = M extends unknown ? Omit<M, K> : never;

/** A manifest without what is worked out from the model itself. */
export type ManifestDraft = Without<ModelManifest, Derived>;
/** The same of one task. */
export type DraftOf<T extends ModelManifest['task']> = Omit<ManifestOf<T>, Derived>;
