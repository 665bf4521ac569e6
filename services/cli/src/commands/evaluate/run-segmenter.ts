import { analyseImage, classMaskOf } from '@gigascope/analysis';
import type { LabelRaster } from '@gigascope/findings';
import { requireArgument } from '../../command.ts';
import { readPicture, withModel } from './run-model.ts';

/** Runs a segmenting model on pictures, by name; the objects of each are the 4-connected pieces of its mask, as on a slide. */
export async function runSegmenter(
  model: string,
  pictures: ReadonlyMap<string, string>,
  imageMpp: number | undefined,
): Promise<ReadonlyMap<string, LabelRaster>> {
  return await withModel(model, 'segment', async ({ manifest, infer }) => {
    const mpp = imageMpp ?? manifest.mpp;
    const found = new Map<string, LabelRaster>();
    for (const [name, path] of pictures) {
      const picture = await readPicture(path);
      const mask = await classMaskOf(await analyseImage(picture, mpp, manifest, infer));
      requireArgument(
        mask.width === picture.width && mask.height === picture.height,
        `${name} is not at the model’s ${manifest.mpp} µm per pixel, so its masks cannot be compared pixel by pixel`,
      );
      found.set(name, labelPieces(mask.classes, mask.width, manifest.minAreaUm2 / manifest.mpp ** 2));
    }
    return found;
  });
}

/** Numbers the 4-connected pieces of one class each that have at least so many pixels. */
function labelPieces(classes: Uint8Array, width: number, leastPx: number): LabelRaster {
  const labels = new Int32Array(classes.length);
  let count = 0;
  for (let seed = 0; seed < classes.length; seed++) {
    if (classes[seed] === 0 || labels[seed] !== 0) continue;
    const piece = pieceAt(classes, labels, width, seed, ++count);
    if (piece.length >= leastPx) continue;
    // −1 until all are numbered: a piece that was too small must not be found again.
    for (const pixel of piece) labels[pixel] = -1;
    count--;
  }
  for (let pixel = 0; pixel < labels.length; pixel++) if (labels[pixel] === -1) labels[pixel] = 0;
  return { width, height: classes.length / width, labels };
}

function pieceAt(classes: Uint8Array, labels: Int32Array, width: number, seed: number, label: number): number[] {
  const piece = [seed];
  labels[seed] = label;
  for (let k = 0; k < piece.length; k++) {
    const pixel = piece[k] as number;
    const x = pixel % width;
    const near = [x > 0 ? pixel - 1 : -1, x + 1 < width ? pixel + 1 : -1, pixel - width, pixel + width];
    for (const next of near) {
      if (next < 0 || next >= classes.length || labels[next] !== 0 || classes[next] !== classes[seed]) continue;
      labels[next] = label;
      piece.push(next);
    }
  }
  return piece;
}
