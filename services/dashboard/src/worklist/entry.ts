import type { Analysis, ReviewSummary, Slide } from '@gigascope/client';
import { isOver } from '../slide/analysis-order.ts';

/** One line of the worklist. Analyses are those of the model that is chosen, or of any. */
export interface WorklistEntry {
  readonly slide: Slide;
  readonly newest: Analysis | null;
  /** The newest that succeeded: it stays the score while a newer one runs. */
  readonly scored: Analysis | null;
  /** The newest that is queued or running. */
  readonly open: Analysis | null;
}

/** By slide id, newest first. */
export type AnalysesBySlide = ReadonlyMap<string, readonly Analysis[]>;

export function bySlide(newestFirst: Iterable<Analysis>): AnalysesBySlide {
  const groups = new Map<string, Analysis[]>();
  for (const analysis of newestFirst) {
    const group = groups.get(analysis.slideId);
    if (group) group.push(analysis);
    else groups.set(analysis.slideId, [analysis]);
  }
  return groups;
}

export function entryOf(slide: Slide, analyses: AnalysesBySlide, model: string | null): WorklistEntry {
  const all = analyses.get(slide.id) ?? [];
  const own = model === null ? all : all.filter((analysis) => analysis.model.name === model);
  return {
    slide,
    newest: own[0] ?? null,
    scored: own.find(({ state }) => state === 'succeeded') ?? null,
    open: own.find(({ state }) => !isOver(state)) ?? null,
  };
}

/** What a Banff C4d grade goes up to. */
const HIGHEST_GRADE = 3;

/** How suspicious, 0 … 1: the probability, or the grade's share of the highest; null without a score. */
export function suspicionOf({ scored }: WorklistEntry): number | null {
  if (scored === null || scored.score === null) return null;
  return scored.scoreMeaning === 'banff-grade' ? scored.score / HIGHEST_GRADE : scored.score;
}

/** A model's threshold; null where it is not known. */
export type ThresholdOf = (model: Analysis['model']) => number | null;

/** How far the probability is from the threshold; null where there is no probability. */
export function marginOf({ scored }: WorklistEntry, thresholdOf: ThresholdOf): number | null {
  if (scored === null || scored.score === null || scored.scoreMeaning !== 'highest-probability') return null;
  return Math.abs(scored.score - (thresholdOf(scored.model) ?? 0.5));
}

export type Reviews = readonly ReviewSummary[];

/** Nobody holds it and nobody has begun or signed a review. */
export function awaitsReview({ slide, scored }: WorklistEntry, reviews: Reviews | undefined): boolean {
  return slide.state === 'ready' && scored !== null && !slide.claimedBy && reviews?.length === 0;
}
