import type { RgbImage } from '@gigascope/contracts';
import type { SlideReader } from './slide-reader.ts';
import { createLattice } from './target-lattice.ts';
import { readWholeLattice } from './target-region.ts';

export interface Thumbnail {
  readonly image: RgbImage;
  /** Level-0 pixels per thumbnail pixel, the same on both axes; at least 1. */
  readonly downsample: number;
}

/** Reads the whole slide with its longer side at most `maxSidePx`, in memory for the result and one chunk of 12 MiB. */
export async function readThumbnail(reader: SlideReader, maxSidePx: number): Promise<Thumbnail> {
  const { widthL0, heightL0 } = reader.metadata;
  const downsample = Math.max(1, Math.max(widthL0, heightL0) / maxSidePx);
  const lattice = createLattice(reader.metadata, { x: 1 / downsample, y: 1 / downsample });
  return { image: await readWholeLattice(reader, lattice), downsample };
}
