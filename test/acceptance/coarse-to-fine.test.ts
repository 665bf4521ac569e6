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

/** The first stages: every cell of the second one's lattice in whole squares, or one place in sixteen patch by patch. */
const COARSE = {
  low: { architecture: 'inception-v3-unpadded', dense: true, stridePx: 32 },
  sampled: { architecture: 'inception-v3', dense: false, stridePx: 128 },
} as const;
type Coarse = keyof typeof COARSE;

beforeAll(async () => {
  work = await temporaryFolder();
  await paintMetastasisPhantom({ seed: 43, ...SIZE, out: join(work.path, 'phantom.svs'), format: 'aperio' });
  await writeCoarse(models(), 'low');
  await writeCoarse(models(), 'sampled');
  await writeFine(models());
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

// Untrained networks, whose probabilities differ from cell to cell without meaning anything.
async function writeCoarse(folder: string, name: Coarse): Promise<void> {
  const { architecture, dense, stridePx } = COARSE[name];
  const manifest = { name, patchSizePx: 75, stridePx, mpp: 0.972, ...(dense && { dense }) };
  await writeInitialBundle(join(folder, name), { architecture, averageFactor: 1, seed: 3, manifest });
}

/** Its lesions begin so high that any probability may choose regions. */
async function writeFine(folder: string): Promise<void> {
  await writeInitialBundle(join(folder, 'high'), { seed: 4, manifest: { name: 'high', threshold: 0.999 } });
}

async function analyse(
  model: string,
  options: readonly string[] = [],
): Promise<{ folder: string; result: AnalysisResult; values: number[] }> {
  const folder = join(work.path, ['out', model, ...options].join(''));
  const args = ['analyze', join(work.path, 'phantom.svs'), '--model', model, '--out', folder, ...options];
  const { code, json } = await runJson(args, { GIGASCOPE_MODELS: models(), GIGASCOPE_THREADS: '1' });
  expect(code, JSON.stringify(json)).toBe(0);
  const result = AnalysisResult.parse(JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')));
  return { folder, result, values: [...readNpy(await readFile(join(folder, 'heatmap.npy'))).data] };
}

/** A bundle that reads by `high` what `coarse` calls tumour from `threshold` on. */
async function writeCoarseToFine(name: string, coarse: Coarse, threshold: number): Promise<void> {
  const folder = join(models(), name);
  await mkdir(folder);
  await writeCoarse(folder, coarse);
  await writeFine(folder);
  await writeFile(join(folder, 'README.md'), 'Untrained.\n');
  await sealBundle(folder, {
    ...{ schemaVersion: 1, name, version: '1.0.0', title: 'Untrained', task: 'pipeline' },
    ...{ classes: ['normal', 'tumour'], positiveClass: 'tumour', licence: 'Apache-2.0', intendedUse: 'Tests.' },
    ...{ scope: { organ: 'any', stain: 'H&E', species: 'human' }, trainingData: [], figures: {} },
    stages: [
      { name: 'low resolution', folder: coarse },
      { name: 'full resolution', folder: 'high' },
    ],
    regions: { class: 'tumour', threshold },
  });
}

/** The probability that a share of the tissue's cells reaches. */
function reachedBy(share: number, values: readonly number[]): number {
  const onTissue = values.filter((p) => !Number.isNaN(p)).toSorted((a, b) => b - a);
  return onTissue[Math.floor(onTissue.length * share)] ?? 1;
}

it('gives the full model’s heatmap where the low resolution chose and its neighbours lie, and its own elsewhere', async () => {
  const [low, high] = [await analyse('low'), await analyse('high')];
  const grid = [high.result.grid.columns, high.result.grid.rows];
  expect([low.result.grid.columns, low.result.grid.rows]).toEqual(grid);
  const [columns = 0] = grid;
  const threshold = reachedBy(0.05, low.values);
  await writeCoarseToFine('fast', 'low', threshold);

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

it('reads whole the cells of a wider lattice that it chose, and more of them for a lower lesion threshold', async () => {
  const [wide, high] = [await analyse('sampled'), await analyse('high')];
  const { columns } = high.result.grid;
  expect(wide.result.grid).toMatchObject({ columns: Math.ceil(columns / 4), stridePx: 128 });
  await writeCoarseToFine('fastest', 'sampled', reachedBy(0.1, wide.values));

  const lower = reachedBy(0.3, wide.values);
  const runs = [
    { threshold: reachedBy(0.1, wide.values), found: await analyse('fastest') },
    { threshold: lower, found: await analyse('fastest', ['--threshold', String(lower)]) },
  ];
  const read = runs.map(({ threshold, found }) => {
    let full = 0;
    for (const [cell, value] of found.values.entries()) {
      const above = Math.floor(cell / columns / 4) * wide.result.grid.columns + Math.floor((cell % columns) / 4);
      const coarse = wide.values[above] as number;
      if (Number.isNaN(value)) expect(high.values[cell]).toBeNaN();
      else if (coarse >= threshold) expect(value).toBe(high.values[cell]);
      // A cell that only touches a chosen one by rounding may be read, too.
      else expect([coarse, high.values[cell]]).toContainEqual(value);
      full += coarse >= threshold && !Number.isNaN(value) ? 1 : 0;
    }
    expect(found.result.stages[1]?.cells).toBeGreaterThanOrEqual(full);
    expect(found.result.tissue.cells).toBe(found.values.filter((value) => !Number.isNaN(value)).length);
    return full;
  });
  expect(read[0]).toBeGreaterThan(30);
  expect(read[1]).toBeGreaterThan((read[0] as number) * 1.5);
});
