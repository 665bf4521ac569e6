import { join } from 'node:path';
import { AnalysisParameters } from '@gigascope/contracts';
import { loadBundle, writeInitialBundle } from '@gigascope/models';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { floatsOf } from '../../packages/analysis/src/tasks/number-bytes.ts';
import { blockNetworkOf } from '../../services/engine/src/block-network.ts';
import { EngineHost } from '../../services/engine/src/engine-host.ts';
import { temporaryFolder } from '../support/fixtures.ts';

let work: Awaited<ReturnType<typeof temporaryFolder>>;
const slide = (): string => join(work.path, 'phantom.tif');

type Options = Parameters<EngineHost['load']>[0];
const OPTIONS = { orientations: 1, patchwise: false, threads: 1, provider: 'cpu' } as const;

beforeAll(async () => {
  work = await temporaryFolder();
  await paintMetastasisPhantom({ seed: 5, widthPx: 3001, heightPx: 2203, out: slide(), format: 'generic' });
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

/** Every inferred cell's probability of a slide, block by block. */
async function inferAll(options: Options): Promise<{ values: number[]; patches: number }> {
  await using host = new EngineHost();
  await host.load(options);
  // Blocks that are no whole number of squares, and a grid that is no whole number of blocks.
  const parameters = AnalysisParameters.parse({ mppOverride: 0.243, blockCells: 11, force: true });
  const plan = await host.plan('a', slide(), { parameters, stage: 0, regions: null });
  const outputs = await Promise.all(plan.blocks.map((block) => host.runBlock('a', 0, block)));
  expect(host.figures().patches).toBe(plan.blocks.reduce((sum, { tissueCells }) => sum + tissueCells, 0));
  return { values: outputs.flatMap((output) => [...floatsOf(output)]), patches: host.figures().patches };
}

it('gives every cell of a slide the same to 1e-4 in whole squares as patch by patch', async () => {
  const bundleFolder = join(work.path, 'dense');
  await writeInitialBundle(bundleFolder, { architecture: 'inception-v3-unpadded', manifest: { dense: true } });
  const dense = await inferAll({ ...OPTIONS, bundleFolder });
  const patchwise = await inferAll({ ...OPTIONS, bundleFolder, patchwise: true, batchSize: 8 });
  expect(dense.patches).toBeGreaterThan(100);
  expect(dense.values.length).toBe(patchwise.values.length);
  const apart = dense.values.map((p, i) => Math.abs(p - (patchwise.values[i] ?? Number.NaN)));
  expect(Math.max(...apart)).toBeLessThan(1e-4);
  expect(Math.max(...dense.values) - Math.min(...dense.values)).toBeGreaterThan(1e-3);
});

it('gives every cell the same to the last bit where squares share the sums of their pixels as patch by patch', async () => {
  const bundleFolder = join(work.path, 'padded');
  await writeInitialBundle(bundleFolder, {});
  const [bundle] = (await loadBundle(bundleFolder)).stages;
  const patches = { ...OPTIONS, batchSize: 8 };
  expect(blockNetworkOf(bundle, OPTIONS).squareCells).toBe(4);
  expect(blockNetworkOf(bundle, patches).squareCells).toBe(1);
  const squares = await inferAll({ ...OPTIONS, bundleFolder });
  expect(squares).toEqual(await inferAll({ ...patches, bundleFolder }));
  expect(squares.patches).toBeGreaterThan(100);
  expect(new Set(squares.values).size).toBeGreaterThan(100);
});
