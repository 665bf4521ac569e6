import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fillRings, type LabelRaster, type Rings } from '@gigascope/findings';
import { requireArgument } from '../../command.ts';
import { filesByName, isFolder, listFolder, resultsByName } from './files.ts';
import { boundsOf, parseGeoJson } from './formats/geojson.ts';
import { parseJson } from './formats/json.ts';
import { readLabelImage } from './formats/label-image.ts';
import { readObjectMasks } from './formats/object-masks.ts';

/** Where an image's segments are: a mask or label image, one mask for each object, or polygons. */
export type SegmentSource =
  | { readonly kind: 'raster'; readonly path: string }
  | { readonly kind: 'objects'; readonly paths: readonly string[]; readonly imagePath: string | null }
  | { readonly kind: 'outlines'; readonly path: string };

const RASTERS = ['.png', '.tif', '.tiff', '.jpg', '.jpeg'];
/** Polygons beyond it are a whole slide’s, for which a raster of every pixel is too much. */
const MAX_PIXELS = 2 ** 28;

/** Finds the segments of each image in a folder; nothing is read yet. Throws ARGUMENT_INVALID when there are none, or two of one image. */
export async function findSegments(folder: string): Promise<Map<string, SegmentSource>> {
  const found = new Map<string, SegmentSource>();
  const add = (name: string, source: SegmentSource): void => {
    requireArgument(!found.has(name), `there are two kinds of segments of the image ${name} in ${folder}`);
    found.set(name, source);
  };
  for (const [name, path] of await filesByName(folder, RASTERS)) add(name, { kind: 'raster', path });
  for (const [name, path] of await filesByName(folder, ['.geojson', '.json'])) add(name, { kind: 'outlines', path });
  for (const [name, path] of await resultsByName(folder, ['segments.geojson'])) add(name, { kind: 'outlines', path });
  for (const name of await listFolder(folder)) {
    const inside = join(folder, name);
    if (!(await isFolder(inside)) || !(await listFolder(inside)).includes('masks')) continue;
    const paths = [...(await filesByName(join(inside, 'masks'), RASTERS)).values()];
    const hasImages = (await listFolder(inside)).includes('images');
    const images = hasImages ? [...(await filesByName(join(inside, 'images'), RASTERS)).values()] : [];
    if (paths.length > 0) add(name, { kind: 'objects', paths, imagePath: images[0] ?? null });
  }
  requireArgument(found.size > 0, `there are no masks, label images or GeoJSON files in ${folder}`);
  return found;
}

/**
 * Reads the truth and what was found (undefined: nothing) of one image as rasters of one size: polygons are filled at the other side's
 * size, or, when both are polygons, at the least that holds them all.
 */
export async function readPair(
  truth: SegmentSource,
  found: SegmentSource | undefined,
): Promise<{ truth: LabelRaster; found: LabelRaster }> {
  const [ofTruth, ofFound] = [await read(truth), found === undefined ? [] : await read(found)];
  const raster = [ofTruth, ofFound].find((one) => 'labels' in one);
  const size = raster ?? sizeOf([...(ofTruth as Rings[]), ...(ofFound as Rings[])]);
  const toRaster = (one: LabelRaster | Rings[]): LabelRaster => ('labels' in one ? one : fillRings(one, size));
  return { truth: toRaster(ofTruth), found: toRaster(ofFound) };
}

async function read(source: SegmentSource): Promise<LabelRaster | Rings[]> {
  switch (source.kind) {
    case 'raster':
      return readLabelImage(source.path);
    case 'objects':
      return readObjectMasks(source.paths);
    case 'outlines': {
      const name = basename(source.path);
      return parseGeoJson(parseJson(await readFile(source.path, 'utf8'), name), name).map(({ rings }) => rings);
    }
  }
}

function sizeOf(outlines: readonly Rings[]): { width: number; height: number } {
  const [, , x1, y1] = boundsOf(outlines);
  const [width, height] = [Math.max(1, Math.ceil(x1)), Math.max(1, Math.ceil(y1))];
  requireArgument(
    width * height <= MAX_PIXELS,
    `the polygons reach over ${width} × ${height} pixels; compare regions of a slide, with a mask as truth`,
  );
  return { width, height };
}
