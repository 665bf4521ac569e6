import { GigascopeError, WsinferConfig } from '@gigascope/contracts';
import { PATCHES, PROBABILITIES } from '../architectures/architecture.ts';
import type { ManifestDraft } from './manifest-draft.ts';

/** What a manifest states and WSInfer's config does not. */
interface Supplement {
  readonly positiveClass: string;
  readonly scope: ManifestDraft['scope'];
  readonly licence: string;
  readonly title?: string;
  readonly version?: string;
  readonly multiplyAddCount?: number;
}

/**
 * Makes a manifest draft of WSInfer's config.json. WSInfer cuts patches side by side, so the stride is the patch's size.
 * Its transforms become words, since the bundle's model must do them itself: the draft expects uint8 NHWC `patches`
 * in and `probabilities` out. Throws ARGUMENT_INVALID for another specification, for class names that do not match
 * their number, for a single sigmoid class, and for a positive class that is none of them.
 */
export function importWsinferConfig(json: unknown, supplement: Supplement): ManifestDraft {
  const parsed = WsinferConfig.safeParse(json);
  if (!parsed.success) throw new GigascopeError('ARGUMENT_INVALID', `config.json: ${parsed.error.message}`);
  const config = parsed.data;
  if (config.num_classes < 2 || config.class_names.length !== config.num_classes)
    throw new GigascopeError('ARGUMENT_INVALID', `${config.num_classes} classes, ${config.class_names.length} names`);
  if (!config.class_names.includes(supplement.positiveClass))
    throw new GigascopeError('ARGUMENT_INVALID', `no class is named ${supplement.positiveClass}`);
  const name = config.name ?? config.architecture;
  return {
    schemaVersion: 1,
    task: 'classify',
    name: name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, ''),
    version: supplement.version ?? '1.0.0',
    title: supplement.title ?? name,
    architecture: config.architecture,
    classes: config.class_names,
    positiveClass: supplement.positiveClass,
    patchSizePx: config.patch_size_pixels,
    stridePx: config.patch_size_pixels,
    mpp: config.spacing_um_px,
    input: {
      name: PATCHES,
      layout: 'NHWC',
      dtype: 'uint8',
      colour: 'RGB',
      normalisation: config.transform.map(inWords).join(', '),
    },
    output: { name: PROBABILITIES, meaning: 'probabilities' },
    padding: 'mirror',
    threshold: 0.5,
    nmsRadiusUm: config.patch_size_pixels * config.spacing_um_px,
    scope: supplement.scope,
    licence: supplement.licence,
    intendedUse: 'Research. Not for diagnosis.',
    trainingData: [],
    figures: {},
    multiplyAddCount: supplement.multiplyAddCount ?? 1,
  };
}

function inWords(transform: WsinferConfig['transform'][number]): string {
  switch (transform.name) {
    case 'Resize':
      return `resized to ${transform.arguments.size} px`;
    case 'ToTensor':
      return 'b / 255';
    case 'Normalize':
      return `less mean ${transform.arguments.mean.join(' ')}, over deviation ${transform.arguments.std.join(' ')}`;
  }
}
