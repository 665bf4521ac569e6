import type { Detection } from '@gigascope/contracts';
import { FindingTile, HeatmapDescriptor, paths } from '@gigascope/contracts/http';
import { writeNpy } from '@gigascope/findings';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterFinished } from '../support/finished-analysis.ts';
import { type RunningApi, startApi } from '../support/running-api.ts';
import { sampleAnalysis, samplePlan, sampleResult, TENANT_A } from '../support/store-samples.ts';

const [COLUMNS, ROWS] = [601, 3];
/** Off tissue but for one cell of 0.75 far to the right and one of 0.25 beside it. */
const VALUES = new Float32Array(COLUMNS * ROWS).fill(Number.NaN);
VALUES[2 * COLUMNS + 600] = 0.75;
VALUES[2 * COLUMNS + 599] = 0.25;

/** 1,200 boxes within 100 px and one of its own, 5,000 px away. */
const BOXES: readonly Detection[] = Array.from({ length: 1201 }, (_, k) => {
  const [x, y] = k === 1200 ? [5000, 3000] : [k % 40, Math.floor(k / 40)];
  return { rank: k + 1, class: 'cell', probability: 0.9, x0L0: x, y0L0: y, x1L0: x + 2, y1L0: y + 2 };
});

const SIZE = { widthL0: 6000, heightL0: 4000 };

let api: RunningApi;
let analysis: string;

beforeAll(async () => {
  api = await startApi();
  const { slideId } = await sampleAnalysis(api.store);
  await api.store.slides.setState(TENANT_A, slideId, 'ready', { metadata: { ...samplePlan(0).metadata, ...SIZE } });
  const file = writeNpy({ shape: [ROWS, COLUMNS], data: VALUES });
  const { key: blobKey, sizeBytes } = await api.blobs.put(file, { extension: '.npy' });
  const artifacts = [{ name: 'heatmap.npy', blobKey, mediaType: 'application/octet-stream', sizeBytes }] as const;
  const sample = { tenantId: TENANT_A, slideId, result: sampleResult(0), detections: BOXES, artifacts };
  analysis = await enterFinished(api.store, api.workerStore, sample);
});
afterAll(() => api?.[Symbol.asyncDispose]());

const get = (path: string): Promise<Response> => fetch(`${api.url}${path}`);

async function values(level: number, tile: string): Promise<Float32Array> {
  return new Float32Array(await (await get(paths.heatmapTile(analysis, level, tile))).arrayBuffer());
}

describe('heatmap tiles', () => {
  it('of 601 × 3 cells are 3 levels of 256 values a side', async () => {
    const descriptor = HeatmapDescriptor.parse(await (await get(paths.heatmap(analysis))).json());
    expect(descriptor).toMatchObject({ columns: 601, rows: 3, tileSize: 256, levels: 3 });
  });

  it('hold the cells themselves at level 0, 89 columns of them in the last tile', async () => {
    const tile = await values(0, '2_0.f32');
    expect(tile).toHaveLength(89 * 3);
    expect([...tile.subarray(-2)]).toEqual([0.25, 0.75]);
    expect(tile.subarray(0, -2).every(Number.isNaN)).toBe(true);
  });

  it('hold the largest of what they stand for above it: the one suspicious cell is never lost', async () => {
    expect(Math.max(...[...(await values(1, '1_0.f32'))].filter((value) => !Number.isNaN(value)))).toBe(0.75);
    const whole = await values(2, '0_0.f32');
    expect(whole).toHaveLength(151 * 1);
    expect([...whole.subarray(-2)]).toEqual([0.25, 0.75]);
  });

  it.each([
    [0, '3_0.f32'],
    [0, '0_1.f32'],
    [3, '0_0.f32'],
  ])('of level %i, %s is not there', async (level, tile) => {
    const response = await get(paths.heatmapTile(analysis, level, tile));
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'LEVEL_OUT_OF_RANGE' }]);
  });

  it.each([
    ['grey', [191, 191, 191, 255]],
    ['viridis', [94, 201, 98, 255]],
  ])('as a picture in %s show 0.75 as %o to 12 of 255', async (map, colour) => {
    const png = await (await get(`${paths.heatmapPng(analysis)}?map=${map}&from=0.5`)).arrayBuffer();
    const { data, info } = await sharp(Buffer.from(png)).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([601, 3, 4]);
    for (const [k, value] of colour.entries()) expect(Math.abs(Number(data.at(k - 4)) - value)).toBeLessThanOrEqual(12);
    expect(data.at(-5)).toBe(0);
  });
});

describe('vector tiles', () => {
  const ofTile = async (dzLevel: number, tile: string): Promise<FindingTile> =>
    FindingTile.parse(await (await get(paths.findingTile(analysis, 'detections', dzLevel, tile))).json());
  const HIGHEST = 13;

  it('count 1,200 boxes where they cannot be told apart, and leave none out', async () => {
    const { counts, detections } = await ofTile(HIGHEST, '0_0.json');
    expect(detections).toBeUndefined();
    const total = counts?.classes.flatMap(({ cells }) => cells).reduce((sum, [, , count]) => sum + count, 0);
    expect(total).toBe(1200);
  });

  it('show a single box as it is', async () => {
    const tile = await ofTile(HIGHEST, `${Math.floor(5000 / 512)}_${Math.floor(3000 / 512)}.json`);
    expect(tile.detections).toEqual([BOXES[1200]]);
    expect([tile.x0, tile.y0, tile.x1, tile.y1]).toEqual([4608, 2560, 5120, 3072]);
  });

  it('end with the slide', async () => {
    expect((await get(paths.findingTile(analysis, 'detections', HIGHEST + 1, '0_0.json'))).status).toBe(400);
    expect((await get(paths.findingTile(analysis, 'detections', HIGHEST, '99999_0.json'))).status).toBe(400);
  });
});

describe('the nearest findings', () => {
  it('come first: from (4990, 3000) the single box, then those of the heap from its corner on', async () => {
    const page = await (await get(`${paths.detections(analysis)}?near=4990,3000&limit=3`)).json();
    const { items, nextCursor } = page as { items: Detection[]; nextCursor: string | null };
    // To (41, 30) of rank 1160 it is √(4949² + 2970²), to (40, 31) of rank 1199 a little more: √(4950² + 2969²).
    expect(items.map(({ rank }) => rank)).toEqual([1201, 1200, 1160]);
    expect(nextCursor).toBeNull();
  });

  it('are not asked for together with an area or a page', async () => {
    for (const more of ['cursor=3', 'x0=0&y0=0&x1=9&y1=9'])
      expect((await get(`${paths.detections(analysis)}?near=1,2&${more}`)).status).toBe(400);
  });
});
