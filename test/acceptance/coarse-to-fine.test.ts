import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnalysisResult } from '@gigascope/contracts';
import { FILES_OF_TASK } from '@gigascope/contracts/paths';
import { readNpy } from '@gigascope/findings';
import { sealBundle, writeInitialBundle } from '@gigascope/models';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runJson } from '../support/command.ts';
import { temporaryFolder } from '../support/fixtures.ts';

const SIZE = { widthPx: 4000, heightPx: 3100 };

let work: Awaited<ReturnType<typeof temporaryFolder>>;
const models = (): string => join(work.path, 'models');

beforeAll(async () => {
  work = await temporaryFolder();
  await paintMetastasisPhantom({ seed: 43, ...SIZE, out: join(work.path, 'phantom.svs'), format: 'aperio' });
  // Untrained networks, whose probabilities differ from cell to cell without meaning anything.
  const coarse = { architecture: 'inception-v3-unpadded', averageFactor: 1, seed: 3 } as const;
  const low = { name: 'low', dense: true, patchSizePx: 75, stridePx: 32, mpp: 0.972 } as const;
  await writeInitialBundle(join(models(), 'low'), { ...coarse, manifest: low });
  await writeInitialBundle(join(models(), 'high'), { seed: 4, manifest: { name: 'high' } });
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

async function analyse(model: string): Promise<{ folder: string; result: AnalysisResult; values: number[] }> {
  const folder = join(work.path, `out-${model}`);
  const args = ['analyze', join(work.path, 'phantom.svs'), '--model', model, '--out', folder];
  const { code, json } = await runJson(args, { GIGASCOPE_MODELS: models(), GIGASCOPE_THREADS: '1' });
  expect(code, JSON.stringify(json)).toBe(0);
  const result = AnalysisResult.parse(JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')));
  return { folder, result, values: [...readNpy(await readFile(join(folder, 'heatmap.npy'))).data] };
}

/** A bundle that reads by `high` what `low` calls tumour from `threshold` on. */
async function writeCoarseToFine(threshold: number): Promise<void> {
  const folder = join(models(), 'fast');
  await mkdir(folder);
  await writeInitialBundle(join(folder, 'low'), {
    ...{ architecture: 'inception-v3-unpadded', averageFactor: 1, seed: 3 },
    manifest: { name: 'low', dense: true, patchSizePx: 75, stridePx: 32, mpp: 0.972 },
  });
  await writeInitialBundle(join(folder, 'high'), { seed: 4, manifest: { name: 'high' } });
  await writeFile(join(folder, 'README.md'), 'Untrained.\n');
  await sealBundle(folder, {
    ...{ schemaVersion: 1, name: 'fast', version: '1.0.0', title: 'Untrained', task: 'pipeline' },
    ...{ classes: ['normal', 'tumour'], positiveClass: 'tumour', licence: 'Apache-2.0', intendedUse: 'Tests.' },
    ...{ scope: { organ: 'any', stain: 'H&E', species: 'human' }, trainingData: [], figures: {} },
    stages: [
      { name: 'low resolution', folder: 'low' },
      { name: 'full resolution', folder: 'high' },
    ],
    regions: { class: 'tumour', threshold },
  });
}

it('gives the full model’s heatmap where the low resolution chose and its neighbours lie, and its own elsewhere', async () => {
  const [low, high] = [await analyse('low'), await analyse('high')];
  const grid = [high.result.grid.columns, high.result.grid.rows];
  expect([low.result.grid.columns, low.result.grid.rows]).toEqual(grid);
  const [columns = 0] = grid;
  const onTissue = low.values.filter((p) => !Number.isNaN(p)).toSorted((a, b) => b - a);
  const threshold = onTissue[Math.floor(onTissue.length / 20)] ?? 1;
  await writeCoarseToFine(threshold);

  const { result, values, folder } = await analyse('fast');
  expect(new Set(await readdir(folder))).toEqual(new Set(FILES_OF_TASK.classify));
  const chosen = low.values.map((p) => p >= threshold);
  const isNear = (cell: number): boolean =>
    [-1, 0, 1].some((dy) =>
      [-1, 0, 1].some((dx) => {
        const col = (cell % columns) + dx;
        return col >= 0 && col < columns && chosen[cell + dy * columns + dx] === true;
      }),
    );
  const seen = { full: 0, low: 0 };
  for (const [cell, value] of values.entries()) {
    if (chosen[cell]) expect(value).toBe(high.values[cell]);
    else if (!isNear(cell)) expect(value).toEqual(low.values[cell]);
    else expect([high.values[cell], low.values[cell]]).toContainEqual(value);
    seen[chosen[cell] ? 'full' : 'low'] += 1;
  }
  expect(seen.full).toBeGreaterThan(10);
  expect(seen.low).toBeGreaterThan(200);
  expect(result).toMatchObject({ task: 'classify', scoreMeaning: 'highest-probability', grading: null });
  expect(result.score).toBe(Math.max(...values.filter((p) => !Number.isNaN(p))));
  expect(result.warnings.map(({ code }) => code)).toContain('REGIONS_ONLY');
  expect(result.stages).toMatchObject([
    { name: 'low resolution', chosenCells: seen.full },
    { name: 'full resolution' },
  ]);
  expect(result.stages[1]?.cells).toBeLessThan((high.result.stages[0]?.cells ?? 0) / 2);
});
