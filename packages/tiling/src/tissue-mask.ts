import type { ByteRaster, Spacing, TissueMethod } from '@gigascope/contracts';
import type { Axes } from './pyramid.ts';
import type { SlideReader } from './slide-reader.ts';
import { createLattice } from './target-lattice.ts';
import { readWholeLattice } from './target-region.ts';
import { tissueDetectors } from './tissue/registry.ts';

/** Where a slide has tissue. Mask pixel (x, y) covers level-0 pixels from (x, y) · downsample on. */
export interface TissueMask {
  /** 1 on tissue. */
  readonly mask: ByteRaster;
  /** µm per mask pixel; about 8. */
  readonly mpp: Axes;
  /** Level-0 pixels per mask pixel, fractional. */
  readonly downsample: Axes;
  /** Tissue as a share of the slide's area, 0 to 1. */
  readonly share: number;
  readonly method: TissueMethod;
}

/** NCRF's level 6 of a 0.243 µm/px scan is 15.6 µm/px; half of that still shows a single cell cluster. */
const MASK_MPP = 8;

/** Largest mask: 2^24 pixels, a square of 33 mm at 8 µm/px. Larger slides get larger mask pixels. */
const MAX_MASK_PX = 2 ** 24;

/**
 * Finds the tissue of a slide from its best level at about 8 µm/px.
 * Method `none` takes every pixel, padding included, and reads nothing. Otherwise the level is streamed, so a slide with only level 0 takes time and not memory: mask, its RGB image and one chunk.
 */
export async function computeTissueMask(
  reader: SlideReader,
  spacing: Pick<Spacing, 'x' | 'y'>,
  method: TissueMethod,
): Promise<TissueMask> {
  const { widthL0, heightL0 } = reader.metadata;
  const wanted = { x: Math.max(1, MASK_MPP / spacing.x), y: Math.max(1, MASK_MPP / spacing.y) };
  const pixels = (widthL0 / wanted.x) * (heightL0 / wanted.y);
  const coarser = Math.max(1, Math.sqrt(pixels / MAX_MASK_PX));
  const lattice = createLattice(reader.metadata, { x: 1 / (wanted.x * coarser), y: 1 / (wanted.y * coarser) });
  const downsample = { x: 1 / lattice.targetPerL0.x, y: 1 / lattice.targetPerL0.y };
  const mpp = { x: downsample.x * spacing.x, y: downsample.y * spacing.y };
  const { width, height } = lattice;
  const mask =
    method === 'none'
      ? { width, height, data: new Uint8Array(width * height).fill(1) }
      : tissueDetectors[method](await readWholeLattice(reader, lattice), mpp.x * mpp.y);
  let count = 0;
  for (let i = 0; i < mask.data.length; i++) count += mask.data[i] as number;
  return { mask, mpp, downsample, share: count / mask.data.length, method };
}
