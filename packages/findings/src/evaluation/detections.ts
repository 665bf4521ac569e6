import { GigascopeError } from '@gigascope/contracts';
import { averagePrecision, meanAveragePrecision, type RankedBoxes, rankBoxes } from './average-precision.ts';
import type { BootstrapSettings } from './bootstrap.ts';
import { type BoxOverlaps, type LabelledBox, overlapBoxes, type ScoredBox } from './box-overlaps.ts';
import { countHits, f1, type HitCounts, sumCounts } from './f1.ts';
import { bootstrapFigure, type Figure } from './figure.ts';
import { indexGroups } from './groups.ts';
import { type JudgedBoxes, judgeBoxes } from './judge-boxes.ts';

/** An image with its true objects and what was found in it. Images of one `group` (a patient, a slide) are resampled together. */
export interface DetectionImage {
  readonly truth: readonly LabelledBox[];
  readonly detections: readonly ScoredBox[];
  readonly group?: string | undefined;
}

export interface DetectionSettings extends Partial<BootstrapSettings> {
  /** Overlap from which a detection hits an object, in (0, 1]; 0.5. */
  readonly iou?: number;
  /** Probability from which detections count for F1, precision and recall; 0.5. */
  readonly threshold?: number;
}

export interface ClassPrecision {
  readonly class: string;
  readonly objects: number;
  readonly detections: number;
  /** null for a class without objects; its detections still count against F1. */
  readonly ap: number | null;
  readonly apMean: number | null;
}

export interface DetectionResult {
  readonly iou: number;
  readonly threshold: number;
  /** Average precision at `iou`, the mean over the classes that have objects. */
  readonly ap: Figure;
  /** The same, averaged over the overlaps 0.5, 0.55 … 0.95: COCO's AP. */
  readonly apMean: Figure;
  /** At `threshold`, over all classes together; precision and recall likewise. */
  readonly f1: Figure;
  readonly precision: Figure;
  readonly recall: Figure;
  readonly classes: readonly ClassPrecision[];
  readonly images: number;
  /** What was resampled. */
  readonly groups: number;
  readonly objects: number;
  readonly detections: number;
}

const COCO_IOUS = Array.from({ length: 10 }, (_, k) => (50 + 5 * k) / 100);

/**
 * Evaluates boxes of several classes against true ones (Lin et al. 2014; definitions as in training/gigascope_training/detection_figures.py),
 * with percentile intervals over images, or groups of them, drawn with replacement. Throws ARGUMENT_INVALID without any true object.
 */
export function evaluateDetections(
  images: readonly DetectionImage[],
  settings: DetectionSettings = {},
): DetectionResult {
  const { iou = 0.5, threshold = 0.5 } = settings;
  const objects = images.reduce((sum, { truth }) => sum + truth.length, 0);
  if (objects === 0) throw new GigascopeError('ARGUMENT_INVALID', 'the truth holds no object, so nothing can be found');
  const classes = [
    ...new Set(images.flatMap(({ truth, detections }) => [...truth, ...detections].map((b) => b.class))),
  ].sort();
  const overlaps = classes.map((name) => images.map((image) => overlapsOfClass(image, name)));
  const judgedAt = (at: number): JudgedBoxes[][] =>
    overlaps.map((ofClass) => ofClass.map((image) => judgeBoxes(image, at)));
  const judged = judgedAt(iou);
  const ranked = judged.map(rankBoxes);
  const rankedAtCoco = COCO_IOUS.map((at) => judgedAt(at).map(rankBoxes));
  const counts = images.map((_, k) =>
    countHits(
      judged.map((ofClass) => ofClass[k] as JudgedBoxes),
      threshold,
    ),
  );
  const groups = indexGroups(images.map(({ group }) => group));
  const figure = (statistic: (draws: Uint32Array) => number): Figure => bootstrapFigure(groups, statistic, settings);
  const once = new Uint32Array(images.length).fill(1);
  return {
    iou,
    threshold,
    ap: figure((draws) => meanAveragePrecision(ranked, draws)),
    apMean: figure((draws) => meanAveragePrecision(rankedAtCoco.flat(), draws)),
    f1: figure((draws) => f1(sumCounts(counts, draws))),
    precision: figure((draws) => hitShare(sumCounts(counts, draws), 'reported')),
    recall: figure((draws) => hitShare(sumCounts(counts, draws), 'objects')),
    classes: ranked.map((ofClass, k) => ({
      class: classes[k] as string,
      objects: ofClass.objects.reduce((sum, count) => sum + count, 0),
      detections: ofClass.hits.length,
      ap: nullIfNaN(averagePrecision(ofClass, once)),
      apMean: nullIfNaN(
        meanAveragePrecision(
          rankedAtCoco.map((ofClasses) => ofClasses[k] as RankedBoxes),
          once,
        ),
      ),
    })),
    images: images.length,
    groups: groups.count,
    objects,
    detections: images.reduce((sum, { detections }) => sum + detections.length, 0),
  };
}

function overlapsOfClass({ truth, detections }: DetectionImage, name: string): BoxOverlaps {
  return overlapBoxes(
    detections.filter((box) => box.class === name),
    truth.filter((box) => box.class === name),
  );
}

function hitShare(counts: HitCounts, of: 'reported' | 'objects'): number {
  return counts.hits / counts[of];
}

function nullIfNaN(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
