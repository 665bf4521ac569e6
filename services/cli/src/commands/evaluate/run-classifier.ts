import { join } from 'node:path';
import { centrePatch } from '@gigascope/analysis';
import type { ScoredCase } from '@gigascope/findings';
import { requireArgument } from '../../command.ts';
import { filesByName } from './files.ts';
import { readPicture, withModel } from './run-model.ts';

const PICTURES = ['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.webp', '.bmp'];

export interface ClassifierImages {
  readonly model: string;
  readonly positive: string;
  readonly negative: string;
  readonly imageMpp: number | undefined;
}

/** Judges the patch about the middle of each picture of two folders: the probability of the model's positive class. */
export async function runClassifier({ model, positive, negative, imageMpp }: ClassifierImages): Promise<ScoredCase[]> {
  return await withModel(model, 'classify', async ({ manifest, infer }) => {
    const index = manifest.classes.indexOf(manifest.positiveClass);
    const cases: ScoredCase[] = [];
    for (const [folder, isPositive] of [[positive, true] as const, [negative, false] as const]) {
      const pictures = [...(await filesByName(folder, PICTURES)).values()];
      requireArgument(pictures.length > 0, `there is no picture in ${join(folder)}`);
      for (const path of pictures) {
        const patch = await centrePatch(await readPicture(path), imageMpp ?? manifest.mpp, manifest);
        const [answer] = await infer(patch, 1);
        cases.push({ score: answer?.[index] ?? Number.NaN, positive: isPositive });
      }
    }
    return cases;
  });
}
