import { AnalysisParameters, type ModelManifest, type RgbImage } from '@gigascope/contracts';
import { createMemoryReader, cutPatch, readBlock } from '@gigascope/tiling';
import { beginBlock } from '../begin-block.ts';
import type { StageOutcome } from '../finish/stage-outcome.ts';
import { planStage } from '../plan.ts';
import { gridOf } from '../stage-grid.ts';

/** Gives the network's answer to each of `count` patches, uint8 RGB [count, patchSizePx, patchSizePx, 3]. */
export type InferPatches = (
  patches: Uint8Array<ArrayBuffer>,
  count: number,
) => Promise<readonly Float32Array<ArrayBuffer>[]>;

/**
 * Runs a model on all of a labelled image of `mpp` µm per pixel as on a slide: the same grid, mirror padding, windows and seams,
 * without a tissue mask. What comes back is for `mergeBoxes` or `classMaskOf`.
 */
export async function analyseImage<M extends ModelManifest>(
  image: RgbImage,
  mpp: number,
  manifest: M,
  infer: InferPatches,
): Promise<StageOutcome<M>> {
  const reader = createMemoryReader({ levels: [{ image, downsample: 1 }], mpp: { x: mpp, y: mpp, source: 'request' } });
  const parameters = AnalysisParameters.parse({ tissue: 'none' });
  const plan = await planStage(reader, {
    manifest,
    parameters: { ...parameters, force: true },
    stage: 0,
    regions: null,
  });
  const grid = gridOf(plan, manifest);
  const patchBytes = manifest.patchSizePx ** 2 * 3;
  const outputs = new Map<number, Uint8Array>();
  for (const block of plan.blocks) {
    const collector = beginBlock(plan, manifest, block);
    const canvas = await readBlock(reader, grid, block);
    const patches = new Uint8Array(block.tissueCells * patchBytes);
    let place = 0;
    for (let row = block.rowHeat; row < block.rowHeat + block.rows; row++)
      for (let col = block.colHeat; col < block.colHeat + block.columns; col++)
        cutPatch(canvas, col, row, patches, place++ * patchBytes);
    const answers = await infer(patches, block.tissueCells);
    answers.forEach((answer, k) => {
      collector.add(k, answer);
    });
    outputs.set(block.index, await collector.pack());
  }
  return { manifest, plan, outputs };
}
