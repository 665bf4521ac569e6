import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FinishInput, finish } from '@gigascope/analysis';
import { AnalysisParameters, AnalysisResult, type BundleManifest, Segment } from '@gigascope/contracts';
import { FILES_OF_TASK } from '@gigascope/contracts/paths';
import { readNpy } from '@gigascope/findings';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOutputs } from '../../../packages/analysis/src/write-outputs.ts';
import { temporaryFolder } from '../../support/fixtures.ts';
import { hashFolder } from '../../support/folders.ts';
import { type Box, classified, detected, finishInput, graded, type Patch, segmented } from './outcomes.ts';
import { detectManifest } from './tasks.ts';

const BOXES: readonly Box[] = [
  { x: 170, y: 100, side: 40, score: 0.9, kind: 0 },
  { x: 300, y: 300, side: 30, score: 0.8, kind: 1 },
  { x: 20, y: 30, side: 30, score: 0.7, kind: 1 },
  { x: 400, y: 40, side: 30, score: 0.2, kind: 0 },
];
/** One across the border of four windows, with a neighbour 1 px from it, and one at the slide's corner. */
const PATCHES: readonly Patch[] = [
  { x: 90, y: 90, width: 20, height: 10, kind: 1 },
  { x: 111, y: 90, width: 5, height: 10, kind: 1 },
  { x: 296, y: 190, width: 30, height: 30, kind: 2 },
];

const INPUTS: Readonly<Record<BundleManifest['task'], () => Promise<FinishInput>>> = {
  classify: async () => {
    const stage = classified();
    return finishInput(stage.manifest, stage);
  },
  detect: async () => {
    const stage = await detected(BOXES);
    return finishInput(stage.manifest, stage);
  },
  segment: async () => {
    const stage = await segmented(PATCHES, { classes: ['background', 'nucleus', 'other'] });
    return finishInput(stage.manifest, stage);
  },
  pipeline: async () => await graded(BOXES),
};
const TASKS = Object.keys(INPUTS) as BundleManifest['task'][];

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let folders = 0;
beforeAll(async () => {
  work = await temporaryFolder();
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

async function freshFolder(): Promise<string> {
  const folder = join(work.path, String(folders++));
  await mkdir(folder);
  return folder;
}

async function finished(input: FinishInput) {
  const folder = await freshFolder();
  return { folder, found: await finish(folder, input) };
}

const readText = async (folder: string, name: string): Promise<string> => await readFile(join(folder, name), 'utf8');

describe.each(TASKS)('finishing: %s', (task) => {
  it('writes exactly its files, result.json last, and segments beside them for whoever stores them', async () => {
    const { folder, found } = await finished(await INPUTS[task]());
    expect(new Set(found.files)).toEqual(new Set(FILES_OF_TASK[task]));
    expect(found.files.at(-1)).toBe('result.json');
    const beside = task === 'segment' ? ['.segments.ndjson'] : [];
    expect(new Set(await readdir(folder))).toEqual(new Set([...found.files, ...beside]));
    expect(found.segmentsFile).toBe(task === 'segment' ? join(folder, '.segments.ndjson') : null);
  });

  it('gives in result.json what it says it found, and that is an AnalysisResult without the slide’s properties', async () => {
    const { folder, found } = await finished(await INPUTS[task]());
    const written = await readText(folder, 'result.json');
    expect(AnalysisResult.parse(JSON.parse(written))).toEqual(JSON.parse(written));
    expect(JSON.parse(written)).toEqual(found.result);
    expect(found.result).toMatchObject({ task, warnings: [], stages: expect.any(Array) });
    expect(written).not.toContain('nobody');
  });

  it('gives the same bytes twice, and whatever the order in which blocks are handed over', async () => {
    const input = await INPUTS[task]();
    const stages = input.stages.map((stage) => ({ ...stage, outputs: new Map([...stage.outputs].reverse()) }));
    const [one, two] = [await finished(input), await finished({ ...input, stages })];
    expect(await hashFolder(two.folder)).toEqual(await hashFolder(one.folder));
  });

  it('leaves a folder of its own files alone, without another task’s that lay there before', async () => {
    const folder = await freshFolder();
    for (const name of new Set(Object.values(FILES_OF_TASK).flat())) await writeFile(join(folder, name), 'old');
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await writeOutputs(folder, await INPUTS[task]());
    expect(new Set(await readdir(folder))).toEqual(new Set([...FILES_OF_TASK[task], 'notes.txt']));
    for (const name of FILES_OF_TASK[task]) expect(await readText(folder, name), name).not.toBe('old');
  });
});

describe('what a detecting bundle leaves', () => {
  it('counts 1 and 2 boxes of two classes from 0.5 on, and writes the 3 as CSV and as GeoJSON', async () => {
    const { folder, found } = await finished(await INPUTS.detect());
    expect(found.result).toMatchObject({
      score: null,
      scoreMeaning: 'none',
      positive: null,
      lesions: [],
      grading: null,
    });
    expect(found.result.counts).toEqual([
      { class: 'positive', count: 1, areaUm2: null },
      { class: 'negative', count: 2, areaUm2: null },
    ]);
    expect(found.detections.map(({ x0L0, y1L0 }) => [x0L0, y1L0])).toEqual([
      [170, 140],
      [300, 330],
      [20, 60],
    ]);
    expect((await readText(folder, 'detections.csv')).split('\n')).toHaveLength(5);
    const { features } = JSON.parse(await readText(folder, 'detections.geojson'));
    expect(features).toHaveLength(3);
  });

  it.each([
    [3, ['DETECTIONS_TRUNCATED']],
    [4, []],
  ])('warns of windows with 3 boxes when %i are the limit: %j', async (maxPerPatch, codes) => {
    const three = Array.from(
      { length: 3 },
      (_, k): Box => ({ ...{ x: 20 + 40 * k, y: 20, side: 30 }, score: 0.9, kind: 0 }),
    );
    const stage = await detected(three, { maxPerPatch });
    const { found } = await finished(finishInput(detectManifest({ maxPerPatch }), stage));
    expect(found.result.warnings.map(({ code }) => code)).toEqual(codes);
    expect(found.detections).toHaveLength(3);
  });
});

describe('what a segmenting bundle leaves', () => {
  const tally = (result: AnalysisResult) => result.counts.map(({ count, areaUm2 }) => [count, areaUm2]);

  it('outlines a rectangle across four windows as one of 200 µm², its neighbour 1 px off as another, cut at the slide’s border', async () => {
    const { folder, found } = await finished(await INPUTS.segment());
    expect(tally(found.result)).toEqual([
      [2, 250],
      [1, 40],
    ]);
    const lines = (await readText(folder, '.segments.ndjson')).trim().split('\n');
    const segments = lines.map((line) => Segment.parse(JSON.parse(line)));
    expect(
      segments.map(({ rings: [shell = []] }) =>
        [shell.filter((_, k) => k % 2 === 0), shell.filter((_, k) => k % 2 === 1)].map((axis) => [
          Math.min(...axis),
          Math.max(...axis),
        ]),
      ),
    ).toEqual([
      [
        [90, 110],
        [90, 100],
      ],
      [
        [111, 116],
        [90, 100],
      ],
      [
        [296, 300],
        [190, 200],
      ],
    ]);
    for (const { probability } of segments) expect(probability).toBeCloseTo(0.9, 2);
    expect(JSON.parse(await readText(folder, 'segments.geojson')).features).toHaveLength(3);
  });

  it('writes class indices 1 and 2 with 3 classes and 0 and 255 with 2, at every pixel of the mask', async () => {
    const three = await finished(await INPUTS.segment());
    const two = await segmented(PATCHES.slice(0, 2));
    const other = await finished(finishInput(two.manifest, two));
    for (const [{ folder }, values] of [
      [three, [0, 1, 2]],
      [other, [0, 255, 0]],
    ] as const) {
      const { data, info } = await sharp(join(folder, 'mask.tif')).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([300, 200]);
      const expected = new Uint8Array(300 * 200);
      for (const { x, y, width, height, kind } of PATCHES)
        for (let row = y; row < Math.min(200, y + height); row++)
          expected.fill(values[kind] ?? 0, row * 300 + x, row * 300 + Math.min(300, x + width));
      const found = Buffer.from(Array.from({ length: 300 * 200 }, (_, k) => data[k * info.channels] as number));
      expect(Buffer.compare(found, expected)).toBe(0);
    }
  });

  it('asks 0.95 where the request does, and finds nothing of what is 0.9 sure; a smaller least area finds the small one', async () => {
    const stage = await segmented(PATCHES.slice(0, 2), { minAreaUm2: 51 });
    const input = finishInput(stage.manifest, stage);
    expect(tally((await finished(input)).found.result)).toEqual([[1, 200]]);
    const parameters = AnalysisParameters.parse({ threshold: 0.95 });
    expect((await finished({ ...input, parameters })).found.result).toMatchObject({
      threshold: 0.95,
      counts: [{ count: 0 }],
    });
  });

  it('grows both neighbours, 3 px apart, by 2 px and leaves them two, 1 px apart', async () => {
    const apart = [PATCHES[0], { x: 113, y: 90, width: 5, height: 10, kind: 1 }].filter((p) => p !== undefined);
    const stage = await segmented(apart, { growPx: 2 });
    const { found } = await finished(finishInput(stage.manifest, stage));
    expect(found.result.counts[0]).toMatchObject({ count: 2 });
    // 24 × 14 and 9 × 14 less four corners of 3 px each (a disc of 2 px), less what each loses to the other in the middle.
    const area = found.result.counts[0]?.areaUm2 ?? 0;
    expect(area).toBeGreaterThan(380);
    expect(area).toBeLessThan(24 * 14 + 9 * 14 - 24);
  });

  it('finds nothing on a slide without tissue and says so; mask and overlay are there all the same', async () => {
    const stage = await segmented(PATCHES, {}, (columns, rows) => new Uint8Array(columns * rows));
    const { folder, found } = await finished(finishInput(stage.manifest, stage));
    expect(found.result).toMatchObject({ warnings: [{ code: 'TISSUE_EMPTY' }], counts: [{ count: 0, areaUm2: 0 }] });
    expect((await sharp(join(folder, 'mask.tif')).stats()).channels[0]?.max).toBe(0);
    expect((await sharp(join(folder, 'overlay.png')).metadata()).width).toBeGreaterThan(0);
  });

  it('fails, and leaves neither mask nor result, when a block’s output is missing', async () => {
    const input = await INPUTS.segment();
    const folder = await freshFolder();
    const stages = input.stages.map((stage) => ({ ...stage, outputs: new Map() }));
    await expect(finish(folder, { ...input, stages })).rejects.toThrow();
    expect(await readdir(folder)).not.toContain('result.json');
    expect(await readdir(folder)).not.toContain('mask.tif');
  });
});

describe('what a classifying bundle leaves', () => {
  it('is a heatmap of 4 rows of 5 cells with 0.9 in one', async () => {
    const { folder } = await finished(await INPUTS.classify());
    const { shape, data } = readNpy(await readFile(join(folder, 'heatmap.npy')));
    expect(shape).toEqual([4, 5]);
    expect([...data].map((p) => (p > 0.5 ? 1 : 0))).toEqual(Array.from({ length: 20 }, (_, k) => (k === 8 ? 1 : 0)));
  });
});
