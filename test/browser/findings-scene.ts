import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnalysisResult, Detection, Segment } from '@gigascope/contracts';
import { paths, Slide } from '@gigascope/contracts/http';
import { writeNpy } from '@gigascope/findings';
import sharp from 'sharp';
import { enterFinished } from '../support/finished-analysis.ts';
import type { RunningApi } from '../support/running-api.ts';
import { sampleResult, TENANT_A } from '../support/store-samples.ts';

export const [WIDTH_L0, HEIGHT_L0] = [3000, 2400];
const MPP = 0.25;
export const CELL_L0 = 256;
const GRID = {
  columns: Math.ceil(WIDTH_L0 / CELL_L0),
  rows: Math.ceil(HEIGHT_L0 / CELL_L0),
  ...{ stridePx: 128, patchSizePx: 299, targetMpp: 2 * MPP, cellL0: { x: CELL_L0, y: CELL_L0 } },
};

/** Alone in the middle of the slide, with a dark rectangle of tissue of just that size below it. */
export const ALONE: Detection = {
  ...{ rank: 1, class: 'positive', probability: 0.987 },
  ...{ x0L0: 1420, y0L0: 1130, x1L0: 1520, y1L0: 1190 },
};
export const BOXES: readonly Detection[] = [
  ALONE,
  ...Array.from({ length: 60 }, (_, k): Detection => {
    const angle = k * 2.4;
    const [x, y] = [1500 + (500 + 9 * k) * Math.cos(angle), 1200 + (420 + 9 * k) * Math.sin(angle)];
    const side = k % 10 === 0 ? 16 : 40 + (k % 7) * 8;
    return {
      ...{ rank: k + 2, class: k % 4 === 0 ? 'positive' : 'negative', probability: 0.95 - k / 200 },
      ...{ x0L0: x, y0L0: y, x1L0: x + side, y1L0: y + side * 0.8 },
    };
  }),
];

/** A triangle alone in the middle, and rings of tissue with a hole each. */
export const TRIANGLE: Segment = {
  ...{ rank: 1, class: 'tumour', probability: 0.91, areaUm2: 1250 },
  rings: [[1420, 1300, 1620, 1300, 1520, 1500]],
};
export const OUTLINES: readonly Segment[] = [
  TRIANGLE,
  ...Array.from({ length: 40 }, (_, k): Segment => {
    const [x, y, radius] = [300 + 330 * (k % 8), 200 + 480 * Math.floor(k / 8), 30 + (k % 5) * 14];
    const circle = (r: number): number[] =>
      Array.from({ length: 24 }, (_, i) => (i * Math.PI) / 12).flatMap((a) => [
        x + r * Math.cos(a),
        y + r * Math.sin(a),
      ]);
    return {
      ...{ rank: k + 2, class: k % 3 === 0 ? 'tumour' : 'gland', probability: 0.8, areaUm2: radius * radius * 0.15 },
      rings: k % 2 === 0 ? [circle(radius), circle(radius / 2)] : [circle(radius)],
    };
  }).filter(({ rings }) => Math.hypot((rings[0]?.[0] ?? 0) - 1520, (rings[0]?.[1] ?? 0) - 1400) > 260),
];

/** Far too many to be drawn one by one: 200 columns of 150, of which 3 are of another class. */
export const CROWD: readonly Detection[] = Array.from({ length: 30_000 }, (_, k) => ({
  ...{ rank: k + 1, class: k % 10_000 === 5000 ? 'mitosis' : 'nucleus', probability: 0.9 - k / 100_000 },
  ...{
    x0L0: 15 * (k % 200),
    y0L0: 16 * Math.floor(k / 200),
    x1L0: 15 * (k % 200) + 10,
    y1L0: 16 * Math.floor(k / 200) + 10,
  },
}));

/** Writes a pyramid of pale tissue with a dark rectangle below each of the boxes, at 0.25 µm/px. */
async function writeSlide(out: string): Promise<void> {
  const rectangles = BOXES.map(
    ({ x0L0, y0L0, x1L0, y1L0 }) =>
      `<rect x="${x0L0}" y="${y0L0}" width="${x1L0 - x0L0}" height="${y1L0 - y0L0}" fill="rgb(96,60,120)"/>`,
  ).join('');
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_L0}" height="${HEIGHT_L0}">` +
    `<rect width="100%" height="100%" fill="rgb(244,240,243)"/>` +
    `<ellipse cx="1500" cy="1200" rx="1400" ry="1100" fill="rgb(232,196,216)"/>${rectangles}</svg>`;
  const pyramid = { tile: true, pyramid: true, tileWidth: 256, tileHeight: 256, quality: 95 } as const;
  const perMm = 1000 / MPP;
  await sharp(Buffer.from(svg))
    .removeAlpha()
    .tiff({ ...pyramid, compression: 'jpeg', xres: perMm, yres: perMm, resolutionUnit: 'cm' })
    .toFile(out);
}

export async function uploadSlide(api: RunningApi, path: string, name: string, key: string | null): Promise<Slide> {
  const headers = {
    ...{ 'content-type': 'application/octet-stream', 'x-slide-name': name },
    ...(key !== null && { authorization: `Bearer ${key}` }),
  };
  const response = await fetch(api.url + paths.slides, { method: 'POST', headers, body: await readFile(path) });
  return Slide.parse(await response.json());
}

type Task = AnalysisResult['task'];
type Own = Partial<AnalysisResult>;
interface Found {
  readonly detections?: readonly Detection[];
  readonly segments?: readonly Segment[];
  /** The probability of a cell of the heatmap. */
  readonly map?: (column: number, row: number) => number;
}

/** Enters an analysis that succeeded, with the files that the page reads. */
export async function enter(
  api: RunningApi,
  slide: Slide,
  task: Task,
  { detections, segments, map, ...own }: Own & Found,
): Promise<string> {
  const { metadata } = slide;
  if (metadata === null) throw new Error('the slide was not accepted');
  const model = {
    name: `${task}-model`,
    version: '1.0.0',
    scope: 'Made for tests. On anything else it has no meaning.',
  };
  const sample = sampleResult(1);
  const result: AnalysisResult = {
    ...sample,
    ...{ task, model, grid: GRID, lesions: [], score: null, scoreMeaning: 'none', positive: null, threshold: 0.25 },
    ...{ slide: { name: slide.name, metadata, mpp: { x: MPP, y: MPP, source: 'tiff-resolution' } } },
    ...{ stages: [{ name: task, cells: GRID.columns * GRID.rows, blocks: 1, chosenCells: null }], ...own },
  };
  const files: [string, Uint8Array, string][] = [
    ['result.json', Buffer.from(JSON.stringify(result)), 'application/json'],
  ];
  const values = map ?? (task === 'pipeline' ? halves : null);
  if (values) files.push(['heatmap.npy', heatmap(values), 'application/octet-stream']);
  const artifacts = await Promise.all(
    files.map(async ([name, bytes, mediaType]) => {
      const { key, sizeBytes } = await api.blobs.put(bytes, { extension: name.slice(name.lastIndexOf('.')) });
      return { name, blobKey: key, mediaType, sizeBytes };
    }),
  );
  return enterFinished(api.store, api.workerStore, {
    ...{ tenantId: TENANT_A, slideId: slide.id, modelName: model.name, result, artifacts },
    ...(detections && { detections }),
    ...(segments && { segments }),
  });
}

/** 0.9 in the left half, 0.1 in the right. */
const halves = (column: number): number => (column < GRID.columns / 2 ? 0.9 : 0.1);

function heatmap(map: (column: number, row: number) => number): Uint8Array {
  const data = Float32Array.from({ length: GRID.columns * GRID.rows }, (_, k) =>
    map(k % GRID.columns, Math.floor(k / GRID.columns)),
  );
  return writeNpy({ shape: [GRID.rows, GRID.columns], data });
}

export const countsOf = (findings: readonly { class: string; areaUm2?: number }[], classes: readonly string[]) =>
  classes.map((name) => {
    const own = findings.filter((finding) => finding.class === name);
    const hasArea = own.some(({ areaUm2 }) => areaUm2 !== undefined);
    return {
      class: name,
      count: own.length,
      areaUm2: hasArea ? own.reduce((sum, { areaUm2 = 0 }) => sum + areaUm2, 0) : null,
    };
  });

/** `key` where the API asks for one. */
export async function makeSlide(
  api: RunningApi,
  folder: string,
  name: string,
  key: string | null = null,
): Promise<Slide> {
  const path = join(folder, name);
  await writeSlide(path);
  // The same bytes would be the same slide; behind a TIFF's last byte nobody reads.
  await appendFile(path, name);
  return await uploadSlide(api, path, name, key);
}
