import type { LabelRaster } from '@gigascope/findings';
import { requireArgument } from '../../../command.ts';
import { readValues } from './label-image.ts';

const HALF = 127;

/**
 * Reads one mask image for each object, as in the Data Science Bowl 2018 (BBBC038), into one raster: object k is what is above 127 in
 * file k (above 0 in a mask of 0 and 1). Where two overlap, the later by name wins. Throws ARGUMENT_INVALID when the sizes differ.
 */
export async function readObjectMasks(paths: readonly string[]): Promise<LabelRaster> {
  let whole: { width: number; height: number; labels: Int32Array } | undefined;
  for (const [k, path] of paths.entries()) {
    const { width, height, values } = await readValues(path);
    whole ??= { width, height, labels: new Int32Array(width * height) };
    requireArgument(
      whole.width === width && whole.height === height,
      `${path} has another size than the masks before it`,
    );
    const { labels } = whole;
    const limit = values.some((value) => value > 1) ? HALF : 0;
    for (let pixel = 0; pixel < values.length; pixel++) {
      if ((values[pixel] as number) > limit) labels[pixel] = k + 1;
    }
  }
  requireArgument(whole !== undefined, 'there is no mask');
  return whole;
}
