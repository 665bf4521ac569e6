import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RgbImage } from '@gigascope/contracts';
import sharp from 'sharp';

const SLIDE_ID = 'phantom-0001';
const VERSION = '01.02';
const TILE_PX = 256;

/** A MIRAX slide of one level as its files: path in its folder → bytes. Sides are multiples of 256 px. */
export async function miraxFiles(image: RgbImage, stem = 'phantom', mpp = 0.5): Promise<Map<string, Buffer>> {
  const [columns, rows] = [image.width / TILE_PX, image.height / TILE_PX];
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const tiles: Buffer[] = [];
  for (let at = 0; at < columns * rows; at++) {
    const place = { left: (at % columns) * TILE_PX, top: Math.floor(at / columns) * TILE_PX };
    const tile = sharp(image.data, { raw }).extract({ ...place, width: TILE_PX, height: TILE_PX });
    tiles.push(await tile.jpeg({ quality: 95 }).toBuffer());
  }
  return new Map([
    [`${stem}.mrxs`, await sharp(image.data, { raw }).resize(64).jpeg().toBuffer()],
    [`${stem}/Slidedat.ini`, Buffer.from(`\uFEFF${slidedat(columns, rows, mpp)}`)],
    [`${stem}/Index.dat`, index(tiles)],
    [`${stem}/Data0000.dat`, Buffer.concat(tiles)],
  ]);
}

export async function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

function slidedat(columns: number, rows: number, mpp: number): string {
  return [
    '[GENERAL]',
    ...['SLIDE_VERSION = 01.02', 'SLIDE_TYPE = SLIDE_TYPE_BRIGHTFIELD'],
    ...[`SLIDE_ID = ${SLIDE_ID}`, `IMAGENUMBER_X = ${columns}`, `IMAGENUMBER_Y = ${rows}`],
    ...['OBJECTIVE_MAGNIFICATION = 20', 'CameraImageDivisionsPerSide = 1', 'CURRENT_SLIDE_VERSION = 1.9'],
    '[HIERARCHICAL]',
    ...['HIER_COUNT = 1', 'NONHIER_COUNT = 0', 'INDEXFILE = Index.dat'],
    ...['HIER_0_NAME = Slide zoom level', 'HIER_0_COUNT = 1', 'HIER_0_VAL_0 = ZoomLevel_0'],
    'HIER_0_VAL_0_SECTION = LAYER_0_LEVEL_0_SECTION',
    '[LAYER_0_LEVEL_0_SECTION]',
    ...['OVERLAP_X = 0', 'OVERLAP_Y = 0', `MICROMETER_PER_PIXEL_X = ${mpp}`, `MICROMETER_PER_PIXEL_Y = ${mpp}`],
    ...['IMAGE_FILL_COLOR_BGR = 16777215', `DIGITIZER_WIDTH = ${TILE_PX}`, `DIGITIZER_HEIGHT = ${TILE_PX}`],
    ...['IMAGE_FORMAT = JPEG', 'IMAGE_CONCAT_FACTOR = 0'],
    '[DATAFILE]',
    ...['FILE_COUNT = 1', 'FILE_0 = Data0000.dat', ''],
  ].join('\r\n');
}

/** Roots, then a list of one level, then its head, then one page of (image, offset, length, file). */
function index(tiles: readonly Buffer[]): Buffer {
  const head = Buffer.from(VERSION + SLIDE_ID);
  const list = head.length + 8;
  let offset = 0;
  const entries = tiles.flatMap((tile, at) => {
    const entry = [at, offset, tile.length, 0];
    offset += tile.length;
    return entry;
  });
  const words = [list, 0, list + 4, 0, list + 12, tiles.length, 0, ...entries];
  const body = Buffer.alloc(words.length * 4);
  words.forEach((word, at) => {
    body.writeInt32LE(word, at * 4);
  });
  return Buffer.concat([head, body]);
}
