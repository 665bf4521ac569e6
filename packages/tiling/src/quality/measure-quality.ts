import type { ByteRaster, QualityMeasure, QualityShares, RgbImage } from '@gigascope/contracts';
import type { SlideReader } from '../slide-reader.ts';
import { createLattice } from '../target-lattice.ts';
import { readWholeLattice } from '../target-region.ts';
import { saturationTissue } from '../tissue/saturation.ts';
import { measureFocus } from './focus.ts';
import { findFolds } from './folds.ts';
import { findPen } from './pen.ts';
import { GOOD, MARKED, paintMask, paintTiles } from './picture.ts';

export interface MeasuredQuality {
  readonly shares: QualityShares;
  /** The slide in pale grey with what was found, its longer side at most 1024 px. */
  readonly pictures: Readonly<Record<QualityMeasure, RgbImage>>;
}

const PICTURE_SIDE_PX = 1024;
/** Finer pixels would show single nuclei, which are darker than their surroundings as folds are. */
const FINEST_UM = 8;

/** Measures what may spoil a slide, on low levels; tissue is what is left without pen marks. */
export async function measureQuality(
  reader: SlideReader,
  spacing: { readonly x: number; readonly y: number },
): Promise<MeasuredQuality> {
  const { widthL0, heightL0 } = reader.metadata;
  const longerUm = Math.max(widthL0 * spacing.x, heightL0 * spacing.y);
  const pixelUm = Math.max(FINEST_UM, longerUm / PICTURE_SIDE_PX);
  const perL0 = { x: Math.min(1, spacing.x / pixelUm), y: Math.min(1, spacing.y / pixelUm) };
  const lattice = createLattice(reader.metadata, perL0);
  const slide = await readWholeLattice(reader, lattice);
  const pixelUm2 = (spacing.x / lattice.targetPerL0.x) * (spacing.y / lattice.targetPerL0.y);
  const pen = findPen(slide, pixelUm2);
  const tissue = without(saturationTissue(slide, pixelUm2), pen);
  const folds = findFolds(slide, tissue, pixelUm2);
  const tiles = await measureFocus(reader, spacing, tissue);
  const tissuePx = countOf(tissue);
  return {
    shares: {
      tissue: tissuePx / tissue.data.length,
      focus: tiles.length === 0 ? null : tiles.filter(({ isSharp }) => !isSharp).length / tiles.length,
      pen: countOf(pen) / pen.data.length,
      folds: tissuePx === 0 ? 0 : countOf(folds) / tissuePx,
    },
    pictures: {
      tissue: paintMask(slide, tissue, GOOD),
      focus: paintTiles(slide, tiles),
      pen: paintMask(slide, pen, MARKED),
      folds: paintMask(slide, folds, MARKED),
    },
  };
}

function without(mask: ByteRaster, other: ByteRaster): ByteRaster {
  return { ...mask, data: mask.data.map((value, at) => (other.data[at] === 1 ? 0 : value)) };
}

function countOf({ data }: ByteRaster): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) count += data[i] as number;
  return count;
}
