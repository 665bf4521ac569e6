import { analyseImage, mergeBoxes } from '@gigascope/analysis';
import { requireArgument } from '../../command.ts';
import type { BoxedImage, BoxSet } from './formats/box-set.ts';
import { readPicture, withModel } from './run-model.ts';

/** Runs a detecting model on every picture of labelled images; boxes in the pictures' own pixels. */
export async function runDetector(model: string, labelled: BoxSet, imageMpp: number | undefined): Promise<BoxSet> {
  return await withModel(model, 'detect', async ({ manifest, infer }) => {
    const images: BoxedImage[] = [];
    for (const { name, imagePath } of labelled.images) {
      requireArgument(imagePath !== null, `the truth does not say where the picture ${name} is`);
      const stage = await analyseImage(await readPicture(imagePath), imageMpp ?? manifest.mpp, manifest, infer);
      // The network's own least score, so that the precision-recall curve is whole.
      const boxes = mergeBoxes(stage, 0).detections.map(({ class: kind, probability, x0L0, y0L0, x1L0, y1L0 }) => ({
        ...{ class: kind, probability, x0: x0L0, y0: y0L0, x1: x1L0, y1: y1L0 },
      }));
      images.push({ name, imagePath, boxes });
    }
    return { images, skipped: { broken: 0, crowds: 0 } };
  });
}
