import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  composeMetastasisScene,
  createConstantSlide,
  drawRegion,
  maskRegion,
  type PhantomTruth,
  paintMetastasisPhantom,
} from '@gigascope/phantom';
import { loadOpenSlide } from 'node-openslide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ODD = { seed: 31, widthPx: 2101, heightPx: 1277, lesions: [120] } as const;

let folder = '';
/** Of the slide that most tests look at. */
let painted: PhantomTruth;
const progress: [number, number][] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phantom-'));
  const onProgress = (done: number, total: number) => progress.push([done, total]);
  painted = await paintMetastasisPhantom({ ...ODD, out: join(folder, 'first.tif'), onProgress });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const sha256 = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

const runProgram = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: 'ignore' });

/** Whether a file system of this size could be mounted at `at`; needs root. */
function mountSmall(at: string, kibibytes: number): boolean {
  try {
    runProgram('mount', '-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', at);
    return true;
  } catch {
    return false;
  }
}

describe('phantom files', () => {
  it('are the same bytes from the same seed', async () => {
    const second = await paintMetastasisPhantom({ ...ODD, out: join(folder, 'second.tif') });
    expect(await sha256(second.slidePath)).toBe(await sha256(painted.slidePath));
    expect(await sha256(second.maskPath)).toBe(await sha256(painted.maskPath));
    expect(await sha256(second.geoJsonPath)).toBe(await sha256(painted.geoJsonPath));
  });

  it.each(['generic', 'aperio'] as const)(
    'open in OpenSlide as %s with 4 levels of 2101 × 1277 px at 0.243 µm',
    async (format) => {
      const { slidePath } =
        format === 'generic'
          ? painted
          : await paintMetastasisPhantom({ ...ODD, format, out: join(folder, 'aperio.svs') });
      await using slide = loadOpenSlide().open(slidePath);
      expect(slide.levels.map((level) => [level.widthPx, level.heightPx])).toEqual([
        [2101, 1277],
        [1050, 638],
        [525, 319],
        [262, 159],
      ]);
      if (format === 'aperio') {
        expect(slide.properties['openslide.vendor']).toBe('aperio');
        expect(Number(slide.properties['openslide.mpp-x'])).toBeCloseTo(0.243, 12);
        expect(slide.properties['openslide.objective-power']).toBe('40');
      } else {
        expect(slide.properties['openslide.vendor']).toBe('generic-tiff');
        expect(10_000 / Number(slide.properties['tiff.XResolution'])).toBeCloseTo(0.243, 12);
        expect(slide.properties['tiff.ResolutionUnit']).toBe('centimeter');
      }
    },
  );

  it('hold on level 0 what was drawn and on level 2 its average over 4 × 4 px, within what JPEG costs', async () => {
    await using slide = loadOpenSlide().open(painted.slidePath);
    const scene = composeMetastasisScene(ODD);
    const drawn = drawRegion(scene, { x: 800, y: 600, width: 512, height: 512 });
    const level0 = slide.readRegionSync({ level: 0, xL0: 800, yL0: 600, widthPx: 512, heightPx: 512 });
    const level2 = slide.readRegionSync({ level: 2, xL0: 800, yL0: 600, widthPx: 128, heightPx: 128 });
    const greenAt = (x: number, y: number) => drawn.data[(y * 512 + x) * 3 + 1] ?? 0;
    let error0 = 0;
    let error2 = 0;
    for (let y = 0; y < 128; y++) {
      for (let x = 0; x < 128; x++) {
        let sum = 0;
        for (let k = 0; k < 16; k++) sum += greenAt(4 * x + (k % 4), 4 * y + (k >> 2));
        error0 += Math.abs((level0[(4 * y * 512 + 4 * x) * 4 + 1] ?? 0) - greenAt(4 * x, 4 * y));
        error2 += Math.abs((level2[(y * 128 + x) * 4 + 1] ?? 0) - sum / 16);
      }
    }
    expect(error0 / 128 ** 2).toBeLessThan(6);
    expect(error2 / 128 ** 2).toBeLessThan(6);
  });

  it('hold a mask pyramid that is 0 or 255 at every level and follows the outlines, next to GeoJSON with the same ones', async () => {
    const scene = composeMetastasisScene(ODD);
    await using mask = loadOpenSlide().open(painted.maskPath);
    expect(mask.levelCount).toBe(4);
    for (const [level, { widthPx, heightPx }] of mask.levels.entries()) {
      const read = mask.readRegionSync({ level, xL0: 0, yL0: 0, widthPx, heightPx });
      const expected = maskRegion(scene, { x: 0, y: 0, width: widthPx, height: heightPx }, 2 ** level);
      expect(expected.includes(255)).toBe(true);
      const differs = expected.findIndex((value, i) => read[4 * i] !== value);
      expect(differs).toBe(-1);
    }
    const geoJson: unknown = JSON.parse(await readFile(painted.geoJsonPath, 'utf8'));
    const outline = painted.lesions[0]?.outline ?? [];
    expect(geoJson).toMatchObject({
      type: 'FeatureCollection',
      features: [
        {
          geometry: { type: 'Polygon', coordinates: [[...outline, ...outline.slice(0, 1)].map((p) => [p.x, p.y])] },
          properties: { objectType: 'annotation', diameterUm: painted.lesions[0]?.diameterUm },
        },
      ],
    });
  });

  it('tell progress tile by tile to the very last and leave nothing behind when stopped half-way', async () => {
    const inside = join(folder, 'stopped');
    await mkdir(inside);
    // 5·3 + 3·2 + 2·1 + 1 tiles of 512 px, for slide and mask.
    expect(progress.at(-1)).toEqual([48, 48]);
    expect(progress).toHaveLength(48);
    const stop = new AbortController();
    const onProgress = (done: number) => {
      if (done === 30) stop.abort();
    };
    const stopped = paintMetastasisPhantom({ ...ODD, out: join(inside, 'a.tif'), signal: stop.signal, onProgress });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELED' });
    expect(await readdir(inside)).toEqual([]);
  });

  it('fail with STORAGE_FULL on a disk of 256 KiB and leave nothing behind', async (context) => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    if (!mountSmall(disk, 256)) return context.skip('only root may mount a small disk');
    try {
      const painting = paintMetastasisPhantom({ ...ODD, out: join(disk, 'full.tif') });
      await expect(painting).rejects.toMatchObject({ code: 'STORAGE_FULL' });
      expect(await readdir(disk)).toEqual([]);
    } finally {
      runProgram('umount', disk);
    }
  });

  it('say FILE_NOT_FOUND for a folder that does not exist', async () => {
    const painting = paintMetastasisPhantom({ ...ODD, out: join(folder, 'nowhere', 'a.tif') });
    await expect(painting).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('of constant colour have the same pixel everywhere on a 1003 × 517 px slide', async () => {
    const out = join(folder, 'constant.tif');
    await createConstantSlide({ out, widthPx: 1003, heightPx: 517, rgb: [200, 120, 180] });
    await using slide = loadOpenSlide().open(out);
    const pixels = slide.readRegionSync({ level: 0, xL0: 0, yL0: 0, widthPx: 1003, heightPx: 517 });
    const colours = new Set(new Uint32Array(pixels.buffer, pixels.byteOffset, 1003 * 517));
    expect(colours.size).toBe(1);
    const [blue = 0, green = 0, red = 0] = pixels;
    expect(Math.abs(red - 200) + Math.abs(green - 120) + Math.abs(blue - 180)).toBeLessThan(8);
  });
});
