import { GigascopeError } from '@gigascope/contracts';
import { type AjiCounts, aji, countAji } from './aji.ts';
import type { BootstrapSettings } from './bootstrap.ts';
import { dice, type PixelCounts, pixelIou } from './dice.ts';
import { bootstrapFigure, type Figure } from './figure.ts';
import { indexGroups } from './groups.ts';
import { type LabelRaster, overlapLabels } from './label-overlap.ts';

/** What is counted in one image; small, so that masks need not stay in memory. */
export interface SegmentTally extends PixelCounts, AjiCounts {
  readonly objects: number;
  readonly found: number;
  /** Images of one group (a patient, a mosaic) are resampled together; without it each stands for itself. */
  readonly group?: string | undefined;
}

export interface SegmentResult {
  /** From the pixels of all images together. */
  readonly dice: Figure;
  readonly iou: Figure;
  readonly aji: Figure;
  /** Means over images. */
  readonly diceMean: Figure;
  readonly iouMean: Figure;
  readonly ajiMean: Figure;
  readonly images: number;
  /** What was resampled. */
  readonly groups: number;
  readonly objects: number;
  readonly found: number;
}

/** Compares numbered objects of one image; Dice and IoU see only where there is any object. Throws ARGUMENT_INVALID for two sizes. */
export function tallySegments(truth: LabelRaster, predicted: LabelRaster, group?: string): SegmentTally {
  const overlap = overlapLabels(truth, predicted);
  return {
    both: sum(overlap.shared.flat().map(({ pixels }) => pixels)),
    truth: sum(overlap.truthAreas),
    predicted: sum(overlap.predictedAreas),
    ...countAji(overlap),
    objects: overlap.truthAreas.length,
    found: overlap.predictedAreas.length,
    group,
  };
}

/**
 * Dice, IoU and aggregated Jaccard index, pooled and averaged over images (definitions as in training/gigascope_training/segmentation_figures.py),
 * with percentile intervals over images, or groups of them, drawn with replacement. Throws ARGUMENT_INVALID without any image.
 */
export function evaluateSegments(
  tallies: readonly SegmentTally[],
  settings: Partial<BootstrapSettings> = {},
): SegmentResult {
  if (tallies.length === 0) throw new GigascopeError('ARGUMENT_INVALID', 'no image to evaluate');
  const groups = indexGroups(tallies.map(({ group }) => group));
  const pooled = (of: (counts: PixelCounts & AjiCounts) => number): Figure =>
    bootstrapFigure(groups, (draws) => of(pool(tallies, draws)), settings);
  const averaged = (of: (counts: PixelCounts & AjiCounts) => number): Figure => {
    const values = tallies.map(of);
    return bootstrapFigure(groups, (draws) => weigh(values, draws) / weigh(null, draws), settings);
  };
  return {
    dice: pooled(dice),
    iou: pooled(pixelIou),
    aji: pooled(aji),
    diceMean: averaged(dice),
    iouMean: averaged(pixelIou),
    ajiMean: averaged(aji),
    images: tallies.length,
    groups: groups.count,
    objects: sum(tallies.map(({ objects }) => objects)),
    found: sum(tallies.map(({ found }) => found)),
  };
}

function pool(tallies: readonly SegmentTally[], draws: Uint32Array): PixelCounts & AjiCounts {
  const total = (of: (tally: SegmentTally) => number): number => weigh(tallies.map(of), draws);
  return {
    both: total(({ both }) => both),
    truth: total(({ truth }) => truth),
    predicted: total(({ predicted }) => predicted),
    joint: total(({ joint }) => joint),
    union: total(({ union }) => union),
  };
}

/** The sum of values, each as often as it was drawn; of null, how often was drawn at all. */
function weigh(values: readonly number[] | null, draws: Uint32Array): number {
  let total = 0;
  for (let k = 0; k < draws.length; k++) total += (draws[k] as number) * (values?.[k] ?? 1);
  return total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
