import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { requireArgument } from '../../command.ts';
import { filesByName } from './files.ts';
import type { BoxedImage, BoxSet } from './formats/box-set.ts';
import { parseVoc } from './formats/voc.ts';

/**
 * Reads a folder in Pascal VOC's layout (Annotations, JPEGImages, ImageSets/Main), as BCCD's: all its annotations, or those that
 * ImageSets/Main/`split`.txt lists.
 */
export async function loadVocFolder(folder: string, split?: string): Promise<BoxSet> {
  const annotations = await filesByName(join(folder, 'Annotations'), ['.xml']);
  const names = split === undefined ? [...annotations.keys()] : await readSplit(folder, split);
  const images: BoxedImage[] = [];
  let broken = 0;
  for (const name of names) {
    const path = annotations.get(name);
    requireArgument(path !== undefined, `the split names ${name}, which has no file in ${join(folder, 'Annotations')}`);
    const voc = parseVoc(await readFile(path, 'utf8'), `${name}.xml`);
    const imagePath = resolve(join(folder, 'JPEGImages', voc.file ?? `${name}.jpg`));
    images.push({ name, imagePath, boxes: voc.boxes });
    broken += voc.broken;
  }
  return { images, skipped: { broken, crowds: 0 } };
}

/** A list holds an image a line, in lists by class followed by a number. */
async function readSplit(folder: string, split: string): Promise<string[]> {
  const lists = await filesByName(join(folder, 'ImageSets', 'Main'), ['.txt']);
  const path = lists.get(split);
  const known = [...lists.keys()].join(', ');
  requireArgument(path !== undefined, `there is no split ${split} in ${folder}; there are ${known}`);
  const lines = (await readFile(path, 'utf8')).split(/\r\n|\n|\r/);
  return lines.flatMap((line) => line.trim().split(/\s+/).slice(0, 1)).filter((name) => name !== '');
}
