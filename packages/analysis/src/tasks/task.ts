import type { Block, ModelManifest } from '@gigascope/contracts';
import type { PatchGrid } from '@gigascope/tiling';

/** The place of a cell in the heatmap's frame. */
export interface Cell {
  readonly colHeat: number;
  readonly rowHeat: number;
}

/** One block under way: the cells that are inferred, row-major, and where they lie. */
export interface BlockContext<M extends ModelManifest> {
  readonly manifest: M;
  readonly grid: PatchGrid;
  readonly block: Block;
  readonly cells: readonly Cell[];
}

/** Collects the answers to a block's patches, which come in any order, and packs them as the block's output. */
export interface BlockCollector {
  /** How many answers make it whole. */
  readonly parts: number;
  /** `place` counts the block's inferred cells, row-major. */
  add(place: number, answer: Float32Array<ArrayBuffer>): void;
  /** The output as bytes that depend on nothing but the answers; called once, when all have come. */
  pack(): Promise<Uint8Array<ArrayBuffer>>;
}

/** How one task turns the network's answers into a block's output. */
export type CollectBlock<M extends ModelManifest> = (context: BlockContext<M>) => BlockCollector;
