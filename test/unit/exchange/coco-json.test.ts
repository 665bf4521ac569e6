import { exportFindings } from '@gigascope/exchange';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { DETECTIONS, HOLED, LESIONS, ODD_NAME, SEGMENTS, sourceOf, textOf, WITH_BOUNDS } from './samples.ts';

/** The data set's own description: cocodataset.org, "Data format", and its results' score. */
const Coco = z.strictObject({
  info: z.object({ description: z.string() }),
  images: z.array(
    z.strictObject({ id: z.int(), width: z.int().positive(), height: z.int().positive(), file_name: z.string() }),
  ),
  annotations: z.array(
    z.strictObject({
      id: z.int(),
      image_id: z.int(),
      category_id: z.int(),
      segmentation: z.array(z.array(z.number()).refine((ring) => ring.length >= 6 && ring.length % 2 === 0)),
      area: z.number().positive(),
      bbox: z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]),
      iscrowd: z.literal(0),
      score: z.number(),
      keypoints: z.array(z.number()).optional(),
      num_keypoints: z.int().optional(),
    }),
  ),
  categories: z.array(
    z.strictObject({
      id: z.int().positive(),
      name: z.string(),
      supercategory: z.string(),
      keypoints: z.array(z.string()).optional(),
      skeleton: z.array(z.unknown()).optional(),
    }),
  ),
});

const written = async (source = ALL, origin?: 'bounds') =>
  Coco.parse(JSON.parse(await textOf(exportFindings('coco-json', source, { origin }))));
const ALL = sourceOf({ lesions: LESIONS, detections: DETECTIONS, segments: SEGMENTS });

/** Even-odd rule at the middle of a pixel, as COCO's tools fill a ring. */
function isInside(ring: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (let k = 0, last = ring.length - 2; k < ring.length; last = k, k += 2) {
    const [ax = 0, ay = 0, bx = 0, by = 0] = [ring[last], ring[last + 1], ring[k], ring[k + 1]];
    if (ay > y !== by > y && x < ax + ((bx - ax) * (y - ay)) / (by - ay)) inside = !inside;
  }
  return inside;
}

test('6 findings in 5 categories have the form of COCO, ids without gaps', async () => {
  const { annotations, categories, images } = await written();
  expect(annotations.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(categories.map(({ name }) => name)).toEqual([
    'Macrometastasis',
    'Isolated tumour cells',
    'ptc-positive',
    ODD_NAME,
    'gland',
  ]);
  expect(annotations[5]?.category_id).toBe(4);
  expect(images).toEqual([{ id: 1, file_name: 'slide.svs', width: 50_000, height: 40_000 }]);
});

test('a box of 20.25 × 21.75 px has that size, area and four corners', async () => {
  const box = (await written()).annotations[2];
  expect(box).toMatchObject({ bbox: [10.25, 20, 20.25, 21.75], area: 440.4375, score: 0.9 });
  expect(box?.segmentation).toEqual([[10.25, 20, 30.5, 20, 30.5, 41.75, 10.25, 41.75]]);
});

test('a lesion is a key point and the pixel that it lies in', async () => {
  const lesion = (await written()).annotations[0];
  expect(lesion).toMatchObject({ bbox: [12064, 8192, 1, 1], keypoints: [12064.5, 8192, 2], num_keypoints: 1 });
});

test('an outline of 10,000 px² with holes of 400 and 100 px² has 9500, and COCO’s rule fills just those', async () => {
  const [annotation] = (await written(sourceOf({ segments: [HOLED] }))).annotations;
  const [ring = []] = annotation?.segmentation ?? [];
  let filled = 0;
  for (let y = 1990; y < 2110; y++) {
    for (let x = 990; x < 1110; x++) if (isInside(ring, x + 0.5, y + 0.5)) filled++;
  }
  expect([annotation?.area, filled]).toEqual([9500, 9500]);
});

test('0 findings are empty lists, and with bounds asked for the picture is the scanned area', async () => {
  expect(await written(sourceOf())).toMatchObject({ annotations: [], categories: [] });
  const source = sourceOf({ lesions: LESIONS, result: WITH_BOUNDS });
  expect((await written(source, 'bounds')).images[0]).toMatchObject({ width: 20_000, height: 18_000 });
  expect((await written(source, 'bounds')).annotations[0]?.bbox).toEqual([9064, 6692, 1, 1]);
});
