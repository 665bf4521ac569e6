import { PatchCutter } from '@gigascope/analysis';
import type { StageBundle } from '@gigascope/models';
import {
  computeTissueMask,
  createPatchGrid,
  openSlide,
  planBlocks,
  resolveSpacing,
  tissueCells,
} from '@gigascope/tiling';
import { Tensor } from 'onnxruntime-node';

const PREPARED = 4;
/** Smaller than usual, so that few are read for the batches. */
const BLOCK_CELLS = 8;

/** A slide's first four batches, or as many as it has, as a network takes them. */
export async function preparedBatches(
  slidePath: string,
  { manifest }: Pick<StageBundle, 'manifest'>,
  batchSize: number,
): Promise<readonly Tensor[]> {
  await using reader = await openSlide(slidePath);
  const spacing = resolveSpacing(reader.metadata);
  const { mpp: targetMpp, patchSizePx, stridePx } = manifest;
  const grid = createPatchGrid({ metadata: reader.metadata, spacing, targetMpp, patchSizePx, stridePx });
  const cells = tissueCells(await computeTissueMask(reader, spacing, 'saturation'), grid);
  const cutter = new PatchCutter({ reader, grid, tissueCells: cells, batchSize, buffers: PREPARED });
  const blocks = planBlocks(grid, cells, BLOCK_CELLS);
  const available = Math.ceil(blocks.reduce((sum, block) => sum + block.tissueCells, 0) / batchSize);
  const found: Tensor[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  cutter.onError = (_, error) => reject(error);
  cutter.onBatch = ({ data }) => {
    found.push(new Tensor('uint8', data, [batchSize, patchSizePx, patchSizePx, 3]));
    if (found.length === Math.min(PREPARED, available)) resolve();
  };
  for (const [ticket, block] of blocks.entries()) cutter.request(ticket, block);
  await promise;
  return found;
}
