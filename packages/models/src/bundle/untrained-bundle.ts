import { GigascopeError, type ModelManifest } from '@gigascope/contracts';
import { PATCHES, PROBABILITIES } from '../architectures/architecture.ts';
import { ARCHITECTURES } from '../architectures/index.ts';
import { encodeModel } from '../onnx/model-file.ts';
import type { DraftOf, ManifestDraft } from './manifest-draft.ts';
import { writeBundle } from './write-bundle.ts';

export interface UntrainedOptions {
  readonly name: string;
  readonly architecture: string;
  /** Of a segmenting network with the background, which is the first; of a detecting one without. */
  readonly classes: number;
  readonly width: number;
  readonly minChannels: number;
  readonly seed: number;
  /** 4: the network sees 4×4 averages; classifying networks only. */
  readonly averageFactor: 1 | 4;
}

/** What a task's manifest states of an architecture before anybody has trained it. */
type OwnDraft =
  | Pick<DraftOf<'classify'>, 'task' | 'classes' | 'positiveClass' | 'output' | 'nmsRadiusUm' | 'dense' | SizeKeys>
  | Pick<
      DraftOf<'segment'>,
      | 'task'
      | 'classes'
      | 'output'
      | 'outputSizePx'
      | 'merge'
      | 'simplifyUm'
      | 'minAreaUm2'
      | 'growPx'
      | 'objects'
      | SizeKeys
    >
  | Pick<
      DraftOf<'detect'>,
      'task' | 'classes' | 'output' | 'nmsIou' | 'exclusive' | 'maxObjectPx' | 'marginPx' | 'maxPerPatch' | SizeKeys
    >;
type SizeKeys = 'patchSizePx' | 'stridePx' | 'mpp';

const classify = ({ classes }: UntrainedOptions): OwnDraft => {
  const names = classes === 2 ? ['normal', 'tumour'] : numbered(classes, 0);
  return {
    task: 'classify',
    classes: names,
    positiveClass: names.at(-1) ?? '',
    output: { name: PROBABILITIES, meaning: 'probabilities' },
    nmsRadiusUm: 186.7,
    ...{ patchSizePx: 299, stridePx: 128, mpp: 0.243 },
  };
};

const segment =
  (size: Pick<DraftOf<'segment'>, SizeKeys | 'outputSizePx' | 'merge'>) =>
  ({ classes }: UntrainedOptions): OwnDraft => ({
    task: 'segment',
    classes: ['background', ...numbered(classes - 1, 1)],
    output: { name: PROBABILITIES, meaning: 'probabilities' },
    ...{ simplifyUm: 0.25, minAreaUm2: 3, growPx: 0, objects: true },
    ...size,
  });

const detect = ({ classes }: UntrainedOptions): OwnDraft => ({
  task: 'detect',
  classes: numbered(classes, 1),
  output: { name: 'detections', meaning: 'boxes' },
  ...{ nmsIou: 0.5, exclusive: false, maxObjectPx: 64, marginPx: 16, maxPerPatch: 100 },
  ...{ patchSizePx: 256, stridePx: 192, mpp: 0.25 },
});

/** How each architecture's untrained bundle reads a slide; its trainer states what it was trained for. */
const DRAFTS: Readonly<Record<string, (options: UntrainedOptions) => OwnDraft>> = {
  'faster-rcnn-resnet-18-fpn': detect,
  'faster-rcnn-resnet-50-fpn': detect,
  'inception-v3': classify,
  'inception-v3-unpadded': (options) => ({ ...classify(options), dense: true }),
  'resnet-18': classify,
  'resnet-50': classify,
  // 384 and not 388: tiles must begin on one lattice of 16 px (unet-and-detectors: overlap-tile).
  'u-net': segment({ patchSizePx: 572, outputSizePx: 388, stridePx: 384, mpp: 0.25, merge: 'crop' }),
  'u-net-same': segment({ patchSizePx: 256, outputSizePx: 256, stridePx: 192, mpp: 0.25, merge: 'blend' }),
};

/** Writes a bundle of any architecture with initial weights. Throws ARGUMENT_INVALID for options that it does not take. */
export async function writeUntrainedBundle(folder: string, options: UntrainedOptions): Promise<ModelManifest> {
  const { architecture, classes, width, minChannels, seed, averageFactor, name } = options;
  const [build, draftOf] = [ARCHITECTURES[architecture], DRAFTS[architecture]];
  if (build === undefined || draftOf === undefined)
    throw new GigascopeError('ARGUMENT_INVALID', `"${architecture}" is none of ${Object.keys(DRAFTS).join(', ')}`);
  const own = draftOf(options);
  const built = build({ classes, width, minChannels, seed, averageFactor, inputSizePx: own.patchSizePx });
  const scaling = 'b / 127.5 − 1';
  const draft: ManifestDraft = {
    ...own,
    schemaVersion: 1,
    name,
    version: '0.0.0',
    title: `${name}, untrained`,
    architecture,
    input: {
      ...{ name: PATCHES, layout: 'NHWC', dtype: 'uint8', colour: 'RGB' },
      normalisation: averageFactor === 4 ? `mean of 4×4 pixels, ${scaling}` : scaling,
    },
    padding: 'mirror',
    threshold: 0.5,
    scope: { organ: 'any', stain: 'any', species: 'any' },
    licence: 'Apache-2.0',
    intendedUse: 'To be trained. It knows nothing yet.',
    trainingData: [],
    figures: {},
    multiplyAddCount: built.counts.multiplyAdds,
  };
  return await writeBundle(folder, { draft, model: encodeModel(built.model) });
}

function numbered(count: number, first: number): string[] {
  return Array.from({ length: count }, (_, k) => `class-${first + k}`);
}
