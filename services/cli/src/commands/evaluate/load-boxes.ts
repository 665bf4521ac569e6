import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { requireArgument } from '../../command.ts';
import { filesByName, imageName, isFolder, listFolder, resultsByName } from './files.ts';
import type { BoxedImage, BoxSet, CocoNames } from './formats/box-set.ts';
import { parseBoxTable } from './formats/box-table.ts';
import { parseCoco, parseCocoResults } from './formats/coco.ts';
import { boxOfOutline, parseGeoJson } from './formats/geojson.ts';
import { parseJson } from './formats/json.ts';
import { parseVoc } from './formats/voc.ts';
import { loadVocFolder } from './load-voc-folder.ts';

export interface BoxSource {
  /** The part of a Pascal VOC folder to take: a list in its ImageSets/Main. */
  readonly split?: string | undefined;
  /** What numbers mean in a COCO list of results. */
  readonly coco?: CocoNames | undefined;
}

const NONE_SKIPPED = { broken: 0, crowds: 0 };
const EXTENSIONS = ['.csv', '.geojson', '.json', '.xml'];
const ANALYSIS_FILES = ['detections.csv', 'detections.geojson'];

/**
 * Reads boxes from a file (COCO or GeoJSON by what is in it, CSV, Pascal VOC), a Pascal VOC folder, a folder with a file for each image,
 * or a folder of analyses. Images that the file names are there without boxes too.
 */
export async function loadBoxes(path: string, { split, coco }: BoxSource = {}): Promise<BoxSet> {
  if (!(await isFolder(path))) {
    requireArgument(split === undefined, `${path} is a file; only a Pascal VOC folder has splits`);
    return loadFile(path, imageName(path), coco);
  }
  if ((await listFolder(path)).includes('Annotations')) return loadVocFolder(path, split);
  requireArgument(split === undefined, `${path} has no folder Annotations; only a Pascal VOC folder has splits`);
  const [single, analyses] = [await filesByName(path, EXTENSIONS), await resultsByName(path, ANALYSIS_FILES)];
  const files = [...single, ...analyses];
  requireArgument(files.length > 0, `there are no boxes in ${path}: no ${EXTENSIONS.join(', ')} file and no analysis`);
  return joinSets(await Promise.all(files.map(([name, file]) => loadFile(file, name, coco))));
}

async function loadFile(path: string, image: string, coco: CocoNames | undefined): Promise<BoxSet> {
  const [text, name] = [await readFile(path, 'utf8'), basename(path)];
  switch (extname(path).toLowerCase()) {
    case '.csv':
      return parseBoxTable(text, image, name);
    case '.xml': {
      const { boxes, broken } = parseVoc(text, name);
      return {
        images: [{ name: image, imagePath: null, boxes }],
        skipped: { ...NONE_SKIPPED, broken },
        isUnnamed: true,
      };
    }
    case '.json':
    case '.geojson':
      return withPaths(fromJson(parseJson(text, name), image, coco, name), dirname(path));
    default:
      requireArgument(false, `${name}: boxes are read from .json, .geojson, .csv and .xml`);
  }
}

function fromJson(json: unknown, image: string, coco: CocoNames | undefined, name: string): BoxSet {
  if (typeof json === 'object' && json !== null && 'annotations' in json) return parseCoco(json, name);
  const first: unknown = Array.isArray(json) ? json[0] : undefined;
  if (
    Array.isArray(json) &&
    (json.length === 0 || (typeof first === 'object' && first !== null && 'image_id' in first))
  ) {
    return parseCocoResults(json, coco, name);
  }
  const boxes = parseGeoJson(json, name).map((outline, k) => boxOfOutline(outline, `${name}, outline ${k + 1}`));
  return { images: [{ name: image, imagePath: null, boxes }], skipped: NONE_SKIPPED, isUnnamed: true };
}

/** COCO names pictures by their path from where the file is. */
function withPaths(set: BoxSet, folder: string): BoxSet {
  const toFolder = ({ imagePath, ...image }: BoxedImage): BoxedImage => ({
    ...image,
    imagePath: imagePath === null ? null : resolve(join(folder, imagePath)),
  });
  return { ...set, images: set.images.map(toFolder) };
}

function joinSets(sets: readonly BoxSet[]): BoxSet {
  const images = sets.flatMap((set) => set.images);
  const names = new Set(images.map(({ name }) => name));
  requireArgument(names.size === images.length, 'two files hold boxes of the same image');
  const skipped = { broken: 0, crowds: 0 };
  for (const set of sets) {
    skipped.broken += set.skipped.broken;
    skipped.crowds += set.skipped.crowds;
  }
  return { images, skipped };
}
