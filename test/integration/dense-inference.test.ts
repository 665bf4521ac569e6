import { join } from 'node:path';
import { AnalysisParameters } from '@gigascope/contracts';
import { writeInitialBundle } from '@gigascope/models';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { floatsOf } from '../../packages/analysis/src/tasks/number-bytes.ts';
import { EngineHost } from '../../services/engine/src/engine-host.ts';
import { temporaryFolder } from '../support/fixtures.ts';

let work: Awaited<ReturnType<typeof temporaryFolder>>;
const slide = (): string => join(work.path, 'phantom.tif');
const bundle = (): string => join(work.path, 'model');

beforeAll(async () => {
  work = await temporaryFolder();
  await paintMetastasisPhantom({ seed: 5, widthPx: 3001, heightPx: 2203, out: slide(), format: 'generic' });
  await writeInitialBundle(bundle(), { architecture: 'inception-v3-unpadded', manifest: { dense: true } });
});
afterAll(async () => {
  await work[Symbol.asyncDispose]();
});

/** Every inferred cell's probability of a slide, block by block. */
async function inferAll(patchwise: boolean, orientations: 1 | 8 = 1): Promise<{ values: number[]; patches: number }> {
  await using host = new EngineHost();
  const options = { orientations, patchwise, threads: 1, batchSize: 8, provider: 'cpu' } as const;
  await host.load({ bundleFolder: bundle(), ...options });
  // Blocks that are no whole number of squares, and a grid that is no whole number of blocks.
  const parameters = AnalysisParameters.parse({ mppOverride: 0.243, blockCells: 11, force: true });
  const plan = await host.plan('a', slide(), { parameters, stage: 0, regions: null });
  const outputs = await Promise.all(plan.blocks.map((block) => host.runBlock('a', 0, block)));
  expect(host.figures().patches).toBe(plan.blocks.reduce((sum, { tissueCells }) => sum + tissueCells, 0));
  return { values: outputs.flatMap((output) => [...floatsOf(output)]), patches: host.figures().patches };
}

it('gives every cell of a slide the same to 1e-4 in whole squares as patch by patch', async () => {
  const dense = await inferAll(false);
  const patchwise = await inferAll(true);
  expect(dense.patches).toBeGreaterThan(100);
  expect(dense.values.length).toBe(patchwise.values.length);
  const apart = dense.values.map((p, i) => Math.abs(p - (patchwise.values[i] ?? Number.NaN)));
  expect(Math.max(...apart)).toBeLessThan(1e-4);
  expect(Math.max(...dense.values) - Math.min(...dense.values)).toBeGreaterThan(1e-3);
});
