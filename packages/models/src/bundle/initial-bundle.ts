import { GigascopeError, type ManifestOf } from '@gigascope/contracts';
import { type ArchitectureOptions, PATCHES, PROBABILITIES } from '../architectures/architecture.ts';
import { ARCHITECTURES } from '../architectures/index.ts';
import { encodeModel } from '../onnx/model-file.ts';
import type { DraftOf } from './manifest-draft.ts';
import { writeBundle } from './write-bundle.ts';

/**
 * TF-slim's Inception V3 at depth multiplier 0.1 and minimum depth 16, the network of about 300 thousand parameters
 * that Liu et al. 2017 (arXiv 1703.02442) found enough; 297,178 here with 2 classes.
 */
const METASTASIS_NETWORK = { width: 0.1, minChannels: 16, averageFactor: 4, seed: 1 } as const;

export type InitialBundleOptions = Partial<Omit<ArchitectureOptions, 'classes' | 'inputSizePx'>> & {
  readonly architecture?: string;
  /** Of an architecture that takes it. */
  readonly enlarge?: number;
  /** Whatever differs from the `metastasis` bundle. */
  readonly manifest?: Partial<DraftOf<'classify'>>;
};

/**
 * Writes a bundle with a network that knows nothing yet, for a trainer to fill. Without options it is `metastasis`:
 * Inception V3 of about 300 thousand parameters on 299-px patches at 0.243 µm/px, stride 128, behind a 4×4 average.
 */
export async function writeInitialBundle(
  folder: string,
  options: InitialBundleOptions = {},
): Promise<ManifestOf<'classify'>> {
  const name = options.architecture ?? 'inception-v3';
  const build = ARCHITECTURES[name];
  if (build === undefined)
    throw new GigascopeError('ARGUMENT_INVALID', `"${name}" is none of ${Object.keys(ARCHITECTURES).join(', ')}`);
  const draft: DraftOf<'classify'> = { ...metastasis(name), ...options.manifest };
  const { averageFactor, minChannels, seed, width } = { ...METASTASIS_NETWORK, ...options };
  const built = build({
    classes: draft.classes.length,
    inputSizePx: draft.patchSizePx,
    averageFactor,
    minChannels,
    seed,
    width,
    ...(options.enlarge !== undefined && { enlarge: options.enlarge }),
  });
  const scaling = 'b / 127.5 − 1';
  const manifest = await writeBundle(folder, {
    draft: {
      ...draft,
      multiplyAddCount: built.counts.multiplyAdds,
      input: { ...draft.input, normalisation: averageFactor === 4 ? `mean of 4×4 pixels, ${scaling}` : scaling },
    },
    model: encodeModel(built.model),
  });
  return manifest as ManifestOf<'classify'>;
}

function metastasis(architecture: string): DraftOf<'classify'> {
  return {
    schemaVersion: 1,
    task: 'classify',
    name: 'metastasis',
    version: '0.0.0',
    title: 'Breast cancer metastases in lymph nodes',
    architecture,
    classes: ['normal', 'tumour'],
    positiveClass: 'tumour',
    patchSizePx: 299,
    stridePx: 128,
    mpp: 0.243,
    input: { name: PATCHES, layout: 'NHWC', dtype: 'uint8', colour: 'RGB', normalisation: '' },
    output: { name: PROBABILITIES, meaning: 'probabilities' },
    padding: 'mirror',
    threshold: 0.5,
    // 6 cells of 128 px (186.624 µm), rounded up so that a cell exactly 6 away is within.
    nmsRadiusUm: 186.7,
    scope: { organ: 'lymph node', stain: 'H&E', species: 'human' },
    licence: 'Apache-2.0',
    intendedUse: 'Research. Not for diagnosis.',
    trainingData: [],
    figures: {},
    multiplyAddCount: 1,
  };
}
