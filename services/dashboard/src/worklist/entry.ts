import type { Analysis, ReviewSummary, Slide } from '@gigascope/client';
import { isOver } from '../slide/analysis-order.ts';
import type { StateFilter } from './view.ts';

export type Reviews = readonly ReviewSummary[];

/** One line of the worklist. Analyses are those of the model that is chosen, or of any. */
export interface WorklistEntry {
  readonly slide: Slide;
  readonly newest: Analysis | null;
  /** The newest that succeeded: it stays the score while a newer one runs. */
  readonly scored: Analysis | null;
  /** The newest that is queued or running. */
  readonly open: Analysis | null;
  /** null: not for this reader. */
  readonly reviews: Reviews | null;
}

const entries = new WeakMap<Slide, WorklistEntry>();

/** One and the same entry for one and the same slide, so that a line is drawn anew only when something changed. */
export function entryOf(slide: Slide): WorklistEntry {
  const known = entries.get(slide);
  if (known) return known;
  const { analyses = [], reviews = null } = slide.worklist ?? {};
  const entry: WorklistEntry = {
    ...{ slide, reviews },
    newest: analyses[0] ?? null,
    scored: analyses.find(({ state }) => state === 'succeeded') ?? null,
    open: analyses.find(({ state }) => !isOver(state)) ?? null,
  };
  entries.set(slide, entry);
  return entry;
}

/** A model's threshold; null where it is not known. */
export type ThresholdOf = (model: Analysis['model']) => number | null;

export function stateOf({ slide, newest, open }: WorklistEntry): StateFilter {
  if (slide.state === 'rejected') return 'refused';
  if (slide.state !== 'ready') return 'checking';
  if (open !== null) return 'open';
  if (newest === null || newest.state === 'canceled') return 'new';
  return newest.state === 'failed' ? 'failed' : 'done';
}
