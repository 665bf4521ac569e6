import type { ActivationMap, ManifestOf, RgbImage } from '@gigascope/contracts';

/** What speaks for the positive class over a patch, in logits, sampled on a square lattice; row-major [side, side]. */
export interface ActivationField {
  readonly values: Float32Array<ArrayBuffer>;
  readonly side: number;
  /** Patch pixel of the first sample, on both axes; pixel centres are whole numbers. */
  readonly firstPx: number;
  /** Patch pixels from one sample to the next. */
  readonly stepPx: number;
}

/** Maps with fewer places than this along a side say nothing of where; the network is slid instead. */
const MIN_MAP_SIDE = 4;
const SLIDE_STEPS = 4;
const SLIDE_STEP_PX = 32;

/** How far beyond the patch the network may be slid, in target pixels. */
export const SLIDE_MARGIN_PX = SLIDE_STEPS * SLIDE_STEP_PX;

type MapOf = (patch: Uint8Array<ArrayBuffer>) => Promise<ActivationMap>;

/**
 * Makes the positive class's activation field of the patch in the middle of `region`, which is SLIDE_MARGIN_PX larger on each side.
 *
 * Why slide? A network on 299 px behind a 4 × 4 average ends in maps of 1 × 1, whose activation map is one number for the whole
 * patch. A convolutional network's map on a larger image holds one such number for each place that its window can take; so it is
 * evaluated on 9 × 9 patches, 32 px apart, and each one's number stands at that patch's centre.
 */
export async function activationField(
  region: RgbImage,
  { patchSizePx, classes, positiveClass }: Pick<ManifestOf<'classify'>, 'patchSizePx' | 'classes' | 'positiveClass'>,
  mapOf: MapOf,
): Promise<ActivationField> {
  const positive = classes.indexOf(positiveClass);
  const at = (offset: number): number => SLIDE_MARGIN_PX + offset * SLIDE_STEP_PX;
  const centre = await mapOf(cutSquare(region, at(0), at(0), patchSizePx));
  if (centre.width >= MIN_MAP_SIDE) {
    const stepPx = patchSizePx / centre.width;
    return { values: planeOf(centre, positive), side: centre.width, firstPx: stepPx / 2 - 0.5, stepPx };
  }
  const side = 2 * SLIDE_STEPS + 1;
  const values = new Float32Array(side * side);
  for (let i = 0; i < values.length; i++) {
    const patch = cutSquare(region, at((i % side) - SLIDE_STEPS), at(Math.floor(i / side) - SLIDE_STEPS), patchSizePx);
    const plane = planeOf(await mapOf(patch), positive);
    values[i] = plane.reduce((sum, value) => sum + value, 0) / plane.length;
  }
  return { values, side, firstPx: (patchSizePx - 1) / 2 - SLIDE_MARGIN_PX, stepPx: SLIDE_STEP_PX };
}

function planeOf({ map, width, height }: ActivationMap, index: number): Float32Array<ArrayBuffer> {
  return map.slice(index * width * height, (index + 1) * width * height);
}

/** The RGB bytes of a square inside an image. */
export function cutSquare({ width, data }: RgbImage, x: number, y: number, sidePx: number): Uint8Array<ArrayBuffer> {
  const square = new Uint8Array(sidePx * sidePx * 3);
  for (let row = 0; row < sidePx; row++) {
    const start = ((y + row) * width + x) * 3;
    square.set(data.subarray(start, start + sidePx * 3), row * sidePx * 3);
  }
  return square;
}
