import { GigascopeError, type ImportDetails, WsinferConfig } from '@gigascope/contracts';

/** WSInfer names only the class that a single sigmoid output speaks for. */
const OTHER_CLASS = 'other';

/**
 * Reads WSInfer's config.json as details of an import; null for another program's config.json. Throws ARGUMENT_INVALID
 * where it says that it is WSInfer's and is not of specification 1.0, where names and number of classes differ, and for
 * transforms in another order than Resize, ToTensor, Normalize.
 */
export function wsinferDetails(json: unknown): ImportDetails | null {
  if (typeof json !== 'object' || json === null || !('spec_version' in json)) return null;
  const parsed = WsinferConfig.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new GigascopeError(
      'ARGUMENT_INVALID',
      `config.json: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    );
  }
  const config = parsed.data;
  const { architecture, class_names: names, num_classes: count } = config;
  if (names.length !== count)
    throw new GigascopeError('ARGUMENT_INVALID', `config.json: ${count} classes, ${names.length} names`);
  const title = config.name ?? architecture;
  return {
    name: nameOf(title),
    title,
    architecture,
    classes: count === 1 ? [OTHER_CLASS, ...names] : names,
    ...(count === 1 ? { positive: names[0] } : {}),
    patchSizePx: config.patch_size_pixels,
    // WSInfer cuts patches side by side.
    stridePx: config.patch_size_pixels,
    mpp: config.spacing_um_px,
    ...transforms(config.transform),
  };
}

function transforms(steps: WsinferConfig['transform']): ImportDetails {
  const order = ['Resize', 'ToTensor', 'Normalize'];
  const places = steps.map(({ name }) => order.indexOf(name));
  if (places.some((place, i) => place <= (places[i - 1] ?? -1)) || !places.includes(order.indexOf('ToTensor')))
    throw new GigascopeError(
      'ARGUMENT_INVALID',
      `config.json: transforms are Resize, ToTensor, Normalize, not ${steps.map(({ name }) => name).join(', ')}`,
    );
  const details: ImportDetails = { scale: '1/255' };
  for (const step of steps) {
    if (step.name === 'Resize') details.resizePx = step.arguments.size;
    if (step.name === 'Normalize') Object.assign(details, step.arguments);
  }
  return details;
}

/** A name in the form that bundles have. */
function nameOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100);
}
