import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnalysisResult, type BundleManifest } from '@gigascope/contracts';
import { FILES_OF_TASK } from '@gigascope/contracts/paths';
import { readNpy } from '@gigascope/findings';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runJson } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';
import { hashFolder } from '../support/folders.ts';
import {
  writeClassifyBundle,
  writeDetectBundle,
  writePipelineBundle,
  writeSegmentBundle,
} from '../unit/models/bundle-tiny.ts';

/** 0.5 µm/px is what the bundles ask; the phantom has 0.243, so 1001 px are 487 of theirs. */
const SIZE = { widthPx: 1001, heightPx: 700 };
const MASK = { width: Math.ceil((1001 * 0.243) / 0.5), height: Math.ceil((700 * 0.243) / 0.5) };
type Task = BundleManifest['task'];

let work: Awaited<ReturnType<typeof temporaryFolder>>;
let slide: string;

beforeAll(async () => {
  work = await temporaryFolder();
  slide = join(work.path, 'phantom.svs');
  await paintMetastasisPhantom({ seed: 41, ...SIZE, lesions: [60], out: slide, format: 'aperio' });
  const models = join(work.path, 'models');
  await writeClassifyBundle(join(models, 'tiny-classify'));
  await writeSegmentBundle(join(models, 'tiny-segment'));
  await writeDetectBundle(join(models, 'tiny-detect'));
  await writePipelineBundle(join(models, 'tiny-pipeline'));
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

const analyses = new Map<string, ReturnType<typeof run>>();

/** Runs a bundle on the slide, once for each name. */
async function analyze(task: Task, name: string): ReturnType<typeof run> {
  const analysis = analyses.get(name) ?? run(task, name);
  analyses.set(name, analysis);
  return await analysis;
}

async function run(task: Task, name: string): Promise<{ folder: string; result: AnalysisResult }> {
  const folder = join(work.path, name);
  const args = ['analyze', slide, '--model', `tiny-${task}`, '--out', folder, '--tissue', 'none'];
  const env = { GIGASCOPE_MODELS: join(work.path, 'models'), GIGASCOPE_THREADS: '1' };
  const { code, json } = await runJson(args, env);
  expect(code, JSON.stringify(json)).toBe(0);
  const text = await readFile(join(folder, 'result.json'), 'utf8');
  return { folder, result: AnalysisResult.parse(JSON.parse(text)) };
}

/** The lines of a file but its header. */
const lines = async (path: string): Promise<string[]> => (await readFile(path, 'utf8')).trim().split('\n').slice(1);

describe.each<[Task, (result: AnalysisResult, folder: string) => Promise<void>]>([
  [
    'classify',
    async ({ score, stages }, folder) => {
      const { shape, data } = readNpy(await readFile(join(folder, 'heatmap.npy')));
      expect(shape).toEqual([Math.ceil(MASK.height / 32), Math.ceil(MASK.width / 32)]);
      expect(score).toBe(Math.max(...data));
      expect(stages).toEqual([{ name: 'classify', cells: data.length, blocks: 1, chosenCells: null }]);
    },
  ],
  [
    'segment',
    async ({ counts }, folder) => {
      const { width, height } = await sharp(join(folder, 'mask.tif')).metadata();
      expect([width, height]).toEqual([MASK.width, MASK.height]);
      const { data, info } = await sharp(join(folder, 'mask.tif')).raw().toBuffer({ resolveWithObject: true });
      const areas = [0, 0, 0];
      for (let k = 0; k < data.length; k += info.channels) areas[data[k] ?? 0] = (areas[data[k] ?? 0] ?? 0) + 0.25;
      counts.forEach(({ areaUm2 }, k) => {
        expect(areaUm2).toBeCloseTo(areas[k + 1] ?? Number.NaN, 6);
      });
      const { features } = JSON.parse(await readFile(join(folder, 'segments.geojson'), 'utf8'));
      expect(features).toHaveLength(counts.reduce((sum, { count }) => sum + count, 0));
      expect(features.length).toBeGreaterThan(0);
    },
  ],
  [
    'detect',
    async ({ counts, warnings }, folder) => {
      const rows = await lines(join(folder, 'detections.csv'));
      expect(rows).toHaveLength(counts.reduce((sum, { count }) => sum + count, 0));
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = row.split(',').slice(2).map(Number);
        expect(0 <= x0 && x0 < x1 && x1 <= SIZE.widthPx && 0 <= y0 && y0 < y1 && y1 <= SIZE.heightPx).toBe(true);
      }
      // A network that knows nothing sees something everywhere.
      expect(warnings.map(({ code }) => code)).toEqual(['DETECTIONS_TRUNCATED']);
    },
  ],
  [
    'pipeline',
    async ({ counts, grading, score, stages }, folder) => {
      const [positive, negative] = counts.map(({ count }) => count);
      expect(grading).toMatchObject({ scheme: 'banff-c4d', positive, negative, grade: score });
      expect(stages.map(({ name }) => name)).toEqual(['regions', 'capillaries']);
      expect(stages[0]).toMatchObject({ chosenCells: stages[0]?.cells });
      expect(await lines(join(folder, 'detections.csv'))).toHaveLength((positive ?? 0) + (negative ?? 0));
    },
  ],
])('analyze with a bundle that does: %s', (task, check) => {
  it('leaves exactly the files of its task, whose figures agree', async () => {
    const { folder, result } = await analyze(task, task);
    expect(new Set(await readdir(folder))).toEqual(new Set(FILES_OF_TASK[task]));
    expect(result).toMatchObject({ task, model: { name: `tiny-${task}` }, tissue: { share: 1 } });
    await check(result, folder);
  });
});

it('gives the same 6 files, byte for byte, when the pipeline of two stages runs again', async () => {
  const [once, again] = [await analyze('pipeline', 'pipeline'), await analyze('pipeline', 'again')];
  expect(Object.keys(await hashFolder(once.folder))).toHaveLength(6);
  expect(await hashFolder(again.folder)).toEqual(await hashFolder(once.folder));
});
