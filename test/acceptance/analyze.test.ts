import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Point } from '@gigascope/contracts';
import { readNpy } from '@gigascope/findings';
import { createConstantSlide, paintMetastasisPhantom } from '@gigascope/phantom';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runJson } from '../support/command.ts';
import { hasSharedData, REAL_SLIDE, temporaryFolder } from '../support/fixtures.ts';
import { hashFolder } from '../support/folders.ts';

const OUTPUTS = ['heatmap.npy', 'heatmap.png', 'lesions.csv', 'lesions.geojson', 'overlay.png', 'result.json'];
const MODEL_MPP = 0.243;
const STRIDE_PX = 128;

let work: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  work = await temporaryFolder();
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

async function analyze(slide: string, out: string, ...options: string[]): Promise<Record<string, unknown>> {
  const { code, json } = await runJson(['analyze', slide, '--out', out, ...options]);
  expect(code, JSON.stringify(json)).toBe(0);
  return json;
}

async function readHeatmap(out: string): Promise<{ rows: number; columns: number; values: number[] }> {
  const { shape, data } = readNpy(await readFile(join(out, 'heatmap.npy')));
  const [rows = 0, columns = 0] = shape;
  return { rows, columns, values: [...data] };
}

/** 0 inside; outside the distance to the nearest edge. */
function distanceToPolygon(outline: readonly Point<'l0'>[], x: number, y: number): number {
  let inside = false;
  let nearest = Number.POSITIVE_INFINITY;
  for (const [i, a] of outline.entries()) {
    const b = outline[(i + 1) % outline.length] ?? a;
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
    const squared = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
    const along = squared === 0 ? 0 : ((x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y)) / squared;
    const t = Math.max(0, Math.min(1, along));
    nearest = Math.min(nearest, Math.hypot(x - a.x - t * (b.x - a.x), y - a.y - t * (b.y - a.y)));
  }
  return inside ? 0 : nearest;
}

describe.skipIf(!hasSharedData)('analyze on a real slide (skipped without ../shared/data)', () => {
  it('gives the same six files, byte for byte, when it runs twice', async () => {
    const [first, second] = [join(work.path, 'real-1'), join(work.path, 'real-2')];
    await analyze(REAL_SLIDE, first);
    await analyze(REAL_SLIDE, second);
    expect(Object.keys(await hashFolder(first))).toEqual(OUTPUTS);
    expect(await hashFolder(second)).toEqual(await hashFolder(first));
  });

  it('has ceil(2220·f/128) × ceil(2967·f/128) cells, f from 0.499 µm/px to the model’s 0.243', async () => {
    const out = join(work.path, 'real-cells');
    const result = await analyze(REAL_SLIDE, out);
    const f = 0.499 / MODEL_MPP;
    const { rows, columns } = await readHeatmap(out);
    expect([columns, rows]).toEqual([Math.ceil((2220 * f) / STRIDE_PX), Math.ceil((2967 * f) / STRIDE_PX)]);
    expect(result['warnings']).toEqual([expect.objectContaining({ code: 'RESOLUTION_LOW' })]);
    expect(result['model']).toMatchObject({ scope: expect.stringContaining('lymph node') });
  });

  it('covers every clearly stained pixel by a tissue cell or one next to it, and no cell lies farther than one from tissue', async () => {
    const out = join(work.path, 'real-tissue');
    await analyze(REAL_SLIDE, out);
    const { rows, columns, values } = await readHeatmap(out);
    // An oracle of its own: stained share of each cell's square in a small copy, by plain chroma.
    const scale = 8;
    const { code } = await runJson([
      'region',
      REAL_SLIDE,
      '--x',
      '0',
      '--y',
      '0',
      '--width',
      '2220',
      '--height',
      '2967',
      '--out',
      join(work.path, 'whole.png'),
    ]);
    expect(code).toBe(0);
    const { data } = await sharp(join(work.path, 'whole.png'))
      .resize(columns * scale, rows * scale, { fit: 'fill', kernel: 'cubic' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const stained = (col: number, row: number, minChroma: number): number => {
      let count = 0;
      for (let y = row * scale; y < (row + 1) * scale; y += 1) {
        for (let x = col * scale; x < (col + 1) * scale; x += 1) {
          const [r = 0, g = 0, b = 0] = data.subarray((y * columns * scale + x) * 3);
          if (Math.max(r, g, b) - Math.min(r, g, b) > minChroma) count += 1;
        }
      }
      return count / scale ** 2;
    };
    const isTissue = (col: number, row: number): boolean =>
      col >= 0 && row >= 0 && col < columns && row < rows && !Number.isNaN(values[row * columns + col]);
    const near = (col: number, row: number, holds: (c: number, r: number) => boolean): boolean =>
      [-1, 0, 1].some((dy) => [-1, 0, 1].some((dx) => holds(col + dx, row + dy)));
    for (let row = 0; row < rows; row += 1) {
      for (let col = 0; col < columns; col += 1) {
        if (stained(col, row, 60) > 0.5) expect(near(col, row, isTissue), `stained cell ${col},${row}`).toBe(true);
        if (isTissue(col, row)) {
          const touches = (c: number, r: number): boolean =>
            c >= 0 && r >= 0 && c < columns && r < rows && stained(c, r, 25) > 0;
          expect(near(col, row, touches), `tissue cell ${col},${row}`).toBe(true);
        }
      }
    }
  });
});

describe('analyze on slides made for the purpose', () => {
  it('gives one and the same probability in all 12 × 8 cells of a slide of one colour, with --tissue none', async () => {
    const slide = join(work.path, 'constant.tif');
    await createConstantSlide({ out: slide, widthPx: 1500, heightPx: 1001, rgb: [190, 120, 170] });
    const out = join(work.path, 'constant');
    await analyze(slide, out, '--tissue', 'none');
    const { rows, columns, values } = await readHeatmap(out);
    expect([columns, rows]).toEqual([12, 8]);
    expect(new Set(values).size).toBe(1);
  });

  it('succeeds with TISSUE_EMPTY, no score and no lesion on a slide of bare glass', async () => {
    const slide = join(work.path, 'glass.tif');
    await createConstantSlide({ out: slide, widthPx: 1000, heightPx: 700, rgb: [243, 242, 241] });
    const result = await analyze(slide, join(work.path, 'glass'));
    expect(result).toMatchObject({ score: null, positive: null, lesions: [], warnings: [{ code: 'TISSUE_EMPTY' }] });
  });

  it('analyses a slide of 61 × 40 px, smaller than a patch, as one cell', async () => {
    const slide = join(work.path, 'tiny.tif');
    await createConstantSlide({ out: slide, widthPx: 61, heightPx: 40, rgb: [150, 80, 160] });
    const out = join(work.path, 'tiny');
    const result = await analyze(slide, out, '--tissue', 'none', '--threshold', '0');
    const { rows, columns } = await readHeatmap(out);
    expect([columns, rows]).toEqual([1, 1]);
    expect(result['lesions']).toEqual([expect.objectContaining({ xL0: 60.5, yL0: 39.5 })]);
  });

  it('agrees to 0.02 with the mean of itself over 8 orientations on a slide of one colour', async () => {
    const slide = join(work.path, 'flat.tif');
    await createConstantSlide({ out: slide, widthPx: 400, heightPx: 400, rgb: [190, 120, 170] });
    const [one, eight] = [join(work.path, 'one'), join(work.path, 'eight')];
    await analyze(slide, one, '--tissue', 'none');
    await analyze(slide, eight, '--tissue', 'none', '--orientations', '8');
    const [a, b] = [(await readHeatmap(one)).values[0] ?? 0, (await readHeatmap(eight)).values[0] ?? 1];
    expect(Math.abs(a - b)).toBeLessThan(0.02);
  });

  it('reports a metastasis that reaches over the last row and column of 5001 × 4003 px within half a cell of it', async () => {
    const slide = join(work.path, 'edge.svs');
    const size = { widthPx: 5001, heightPx: 4003 };
    const truth = await paintMetastasisPhantom({ seed: 3004, ...size, lesions: [700], edgeLesion: true, out: slide });
    const outline = truth.lesions[0]?.outline ?? [];
    expect(Math.max(...outline.map(({ x }) => x))).toBeGreaterThan(size.widthPx - 1);
    expect(Math.max(...outline.map(({ y }) => y))).toBeGreaterThan(size.heightPx - 1);
    const result = await analyze(slide, join(work.path, 'edge'));
    const [first] = result['lesions'] as { xL0: number; yL0: number }[];
    expect(distanceToPolygon(outline, first?.xL0 ?? 0, first?.yL0 ?? 0)).toBeLessThanOrEqual(STRIDE_PX / 2);
    const { rows, columns, values } = await readHeatmap(join(work.path, 'edge'));
    expect(values[rows * columns - 1], 'the last row and column').toBeGreaterThan(0.5);
  });

  it('writes lesions.csv in the CAMELYON16 form and result.json with the same points on a phantom', async () => {
    const slide = join(work.path, 'phantom.svs');
    await paintMetastasisPhantom({ seed: 3001, widthPx: 3001, heightPx: 2500, out: slide, format: 'aperio' });
    const out = join(work.path, 'phantom');
    const result = await analyze(slide, out, '--threshold', '0.05');
    const [header, ...lines] = (await readFile(join(out, 'lesions.csv'), 'utf8')).trim().split('\n');
    expect(header).toBe('confidence,x,y');
    const lesions = result['lesions'] as { xL0: number; yL0: number; probability: number }[];
    expect(lines.map((line) => line.split(',').slice(1).map(Number))).toEqual(
      lesions.map(({ xL0, yL0 }) => [xL0, yL0]),
    );
  });
});
