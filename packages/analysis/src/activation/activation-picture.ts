import type { ActivationMap, ManifestOf, RgbImage } from '@gigascope/contracts';
import { activationField, cutSquare, SLIDE_MARGIN_PX } from './activation-field.ts';
import { drawActivation } from './draw-activation.ts';

/**
 * Shows over a patch what in it speaks for the positive class: PNG bytes. `read` gives the patch with a margin, `mapOf` the
 * network's activation map of a patch.
 */
export async function activationPicture(
  manifest: ManifestOf<'classify'>,
  read: (marginPx: number) => Promise<RgbImage>,
  mapOf: (patch: Uint8Array<ArrayBuffer>) => Promise<ActivationMap>,
): Promise<Uint8Array<ArrayBuffer>> {
  const region = await read(SLIDE_MARGIN_PX);
  const field = await activationField(region, manifest, mapOf);
  return await drawActivation(
    cutSquare(region, SLIDE_MARGIN_PX, SLIDE_MARGIN_PX, manifest.patchSizePx),
    field,
    manifest,
  );
}
