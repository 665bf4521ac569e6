import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageName } from '../../../services/cli/src/commands/evaluate/files.ts';
import { readLabelImage } from '../../../services/cli/src/commands/evaluate/formats/label-image.ts';
import { readObjectMasks } from '../../../services/cli/src/commands/evaluate/formats/object-masks.ts';
import { loadBoxes } from '../../../services/cli/src/commands/evaluate/load-boxes.ts';
import { findSegments, readPair } from '../../../services/cli/src/commands/evaluate/load-segments.ts';
import { hasSharedData, sharedFile, temporaryFolder } from '../../support/fixtures.ts';

let work: Awaited<ReturnType<typeof temporaryFolder>>;
const inWork = (...names: string[]): string => join(work.path, ...names);
beforeAll(async () => {
  work = await temporaryFolder();
});
afterAll(() => work[Symbol.asyncDispose]());

/** A grey image of 4 px a row. */
function grey(values: readonly number[], type: 'uchar' | 'ushort' = 'uchar'): Sharp {
  const data = type === 'uchar' ? Uint8Array.from(values) : Uint16Array.from(values);
  const image = sharp(data, { raw: { width: 4, height: values.length / 4, channels: 1 } });
  // sharp's TIFF is JPEG inside unless it is told otherwise.
  return image.toColourspace(type === 'uchar' ? 'b-w' : 'grey16').tiff({ compression: 'lzw', force: false });
}

describe('names of images', () => {
  it.each([
    ['train/a.png', 'a'],
    ['C:\\slides\\a.mask.tif', 'a'],
    ['patient_1.node_2.svs', 'patient_1.node_2'],
    ['patient_1.node_2', 'patient_1.node_2'],
  ])('%s is %s', (path, name) => {
    expect(imageName(path)).toBe(name);
  });
});

describe('masks and label images', () => {
  it.each([
    { form: '0/255 PNG', on: 255, file: 'mask.png' },
    { form: '0/1 TIFF', on: 1, file: 'mask.tif' },
  ])('$form: two parts apart are two objects', async ({ on, file }) => {
    await grey([on, on, 0, 0, 0, 0, 0, on]).toFile(inWork(file));
    expect([...(await readLabelImage(inWork(file))).labels]).toEqual([1, 1, 0, 0, 0, 0, 0, 2]);
  });

  it('numbers of 16 bits in PNG and TIFF stay as they are, objects that touch included', async () => {
    const values = [0, 300, 300, 65535, 0, 301, 301, 65535];
    for (const file of ['labels.png', 'labels.tif']) {
      await grey(values, 'ushort').toFile(inWork(file));
      expect([...(await readLabelImage(inWork(file))).labels], file).toEqual(values);
    }
  });

  it('a JPEG is a mask of what is above 127', async () => {
    const values = Array.from({ length: 32 * 32 }, (_, k) => (k % 32 < 16 ? 255 : 0));
    await sharp(Uint8Array.from(values), { raw: { width: 32, height: 32, channels: 1 } })
      .jpeg()
      .toFile(inWork('half.jpg'));
    const { labels } = await readLabelImage(inWork('half.jpg'));
    expect([...labels]).toEqual(values.map((value) => value / 255));
  });

  it('grey in three channels is read, a picture in colour refused', async () => {
    const rgb = (...pixels: number[]) => sharp(Uint8Array.from(pixels), { raw: { width: 2, height: 1, channels: 3 } });
    await rgb(9, 9, 9, 5, 5, 5).png().toFile(inWork('grey.png'));
    expect([...(await readLabelImage(inWork('grey.png'))).labels]).toEqual([9, 5]);
    await rgb(9, 9, 9, 5, 6, 5).png().toFile(inWork('colour.png'));
    await expect(readLabelImage(inWork('colour.png'))).rejects.toThrow(/a picture in colour/);
  });

  it('one mask an object: the later wins where two overlap', async () => {
    await grey([255, 255, 0, 0]).toFile(inWork('first.png'));
    await grey([0, 255, 255, 0]).toFile(inWork('second.png'));
    const { labels } = await readObjectMasks([inWork('first.png'), inWork('second.png')]);
    expect([...labels]).toEqual([1, 2, 2, 0]);
  });
});

describe('folders of segments', () => {
  it('hold an image as a mask, as GeoJSON, as an analysis, and as one mask an object; all four read alike', async () => {
    const folder = inWork('segments');
    await mkdir(join(folder, 'd', 'masks'), { recursive: true });
    await mkdir(join(folder, 'd', 'images'));
    await mkdir(join(folder, 'c'));
    await grey([255, 255, 0, 0, 255, 255, 0, 0]).toFile(join(folder, 'a.png'));
    const coordinates = [
      [
        [0, 0],
        [2, 0],
        [2, 2],
        [0, 2],
        [0, 0],
      ],
    ];
    const text = JSON.stringify([{ type: 'Feature', geometry: { type: 'Polygon', coordinates }, properties: {} }]);
    await writeFile(join(folder, 'b.geojson'), text);
    await writeFile(join(folder, 'c', 'segments.geojson'), text);
    await grey([255, 255, 0, 0, 255, 255, 0, 0]).toFile(join(folder, 'd', 'masks', 'one.png'));
    await grey([0, 0, 0, 0, 0, 0, 0, 0]).toFile(join(folder, 'd', 'images', 'd.png'));
    const sources = await findSegments(folder);
    expect([...sources.keys()].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(sources.get('d')).toMatchObject({ kind: 'objects', imagePath: join(folder, 'd', 'images', 'd.png') });
    const truth = sources.get('a');
    for (const [name, source] of sources) {
      const pair = truth && (await readPair(truth, source));
      expect(pair?.found, name).toEqual(pair?.truth);
    }
    const outlines = sources.get('b');
    expect(outlines && (await readPair(outlines, undefined))).toEqual({
      truth: { width: 2, height: 2, labels: Int32Array.of(1, 1, 1, 1) },
      found: { width: 2, height: 2, labels: new Int32Array(4) },
    });
  });

  it('are refused when empty, and when they hold one image twice', async () => {
    await mkdir(inWork('empty'));
    await expect(findSegments(inWork('empty'))).rejects.toThrow(/no masks, label images or GeoJSON/);
    await mkdir(inWork('twice'));
    await grey([1, 0, 0, 0]).toFile(inWork('twice', 'a.png'));
    await writeFile(inWork('twice', 'a.geojson'), '[]');
    await expect(findSegments(inWork('twice'))).rejects.toThrow(/two kinds of segments of the image a/);
  });
});

describe('files and folders of boxes', () => {
  it('a folder of analyses and of single files gives an image each', async () => {
    const folder = inWork('boxes');
    await mkdir(join(folder, 'slide 1'), { recursive: true });
    await writeFile(join(folder, 'slide 1', 'detections.csv'), 'class,confidence,x0,y0,x1,y1\na,0.5,0,0,1,1\n');
    await writeFile(join(folder, 'slide 2.geojson'), '{"type":"FeatureCollection","features":[]}');
    const { images } = await loadBoxes(folder);
    expect(images.map(({ name, boxes }) => [name, boxes.length]).sort()).toEqual([
      ['slide 1', 1],
      ['slide 2', 0],
    ]);
  });

  it('a folder without boxes, an unknown kind of file, JSON that is none and a split of a file are refused', async () => {
    await mkdir(inWork('no-boxes'));
    await expect(loadBoxes(inWork('no-boxes'))).rejects.toThrow(/there are no boxes in/);
    await writeFile(inWork('boxes.doc'), '');
    await expect(loadBoxes(inWork('boxes.doc'))).rejects.toThrow(/read from \.json, \.geojson, \.csv and \.xml/);
    await writeFile(inWork('boxes.json'), '{');
    await expect(loadBoxes(inWork('boxes.json'))).rejects.toThrow(/boxes\.json is no sound JSON/);
    await expect(loadBoxes(inWork('boxes.json'), { split: 'test' })).rejects.toThrow(
      /only a Pascal VOC folder has splits/,
    );
  });
});

describe.skipIf(!hasSharedData)('BCCD and QuPath’s own files (skipped without ../shared/data)', () => {
  const BCCD = sharedFile('labelled/detection/bccd');

  it('BCCD is 364 images with 4886 boxes, 372 of them white cells; 2 broken boxes are counted', async () => {
    const { images, skipped } = await loadBoxes(BCCD);
    expect(images).toHaveLength(364);
    expect(skipped).toEqual({ broken: 2, crowds: 0 });
    const boxes = images.flatMap((image) => image.boxes);
    expect(boxes).toHaveLength(4155 + 372 + 361 - 2);
    expect(boxes.filter((box) => box.class === 'WBC')).toHaveLength(372);
  });

  it('its split test is 72 images with their pictures, and a split that is not there is refused with those that are', async () => {
    const { images } = await loadBoxes(BCCD, { split: 'test' });
    expect(images).toHaveLength(72);
    expect(images[0]).toMatchObject({
      name: 'BloodImage_00007',
      imagePath: join(BCCD, 'JPEGImages', 'BloodImage_00007.jpg'),
    });
    await expect(loadBoxes(BCCD, { split: 'all' })).rejects.toThrow(/no split all .* test, train, trainval, val/);
  });

  it('QuPath’s rectangle is one box, its brush one outline of area, and its point is refused', async () => {
    const qupath = (name: string): string => sharedFile(`wsi/wsidicom-annotations/qupath_geojson/qupath-${name}.json`);
    const { images } = await loadBoxes(qupath('rectangle'));
    expect(images[0]?.boxes).toEqual([
      { class: 'unclassified', probability: null, x0: 26268, y0: 15298, x1: 26478, y1: 15474 },
    ]);
    expect((await loadBoxes(qupath('brush'))).images[0]?.boxes).toHaveLength(1);
    await expect(loadBoxes(qupath('point'))).rejects.toThrow(/no polygon/);
  });
});
