import { marginOf, type Reviews, suspicionOf, type ThresholdOf, type WorklistEntry } from './entry.ts';
import type { ReviewFilter, Sort, StateFilter } from './view.ts';

const LANES = { stat: 2, routine: 1, research: 0 } as const;
/** Larger than any priority within a lane. */
const LANE_STEP = 1000;

/** By lane, then by priority, of what is open or else newest; null without an analysis. */
export function urgencyOf({ open, newest }: WorklistEntry): number | null {
  const analysis = open ?? newest;
  return analysis && LANES[analysis.lane] * LANE_STEP + analysis.priority;
}

/** What a list is ordered by, largest first; null goes last, and equals stay newest first. */
function keyOf(entry: WorklistEntry, sort: Sort, thresholdOf: ThresholdOf): number | null {
  switch (sort) {
    case 'score':
      return suspicionOf(entry);
    case 'uncertainty': {
      const margin = marginOf(entry, thresholdOf);
      return margin === null ? null : -margin;
    }
    case 'priority':
      return urgencyOf(entry);
    default:
      return null;
  }
}

/** Entries in order, without changing the array. */
export function arranged(
  entries: readonly WorklistEntry[],
  sort: Sort,
  thresholdOf: ThresholdOf,
): readonly WorklistEntry[] {
  const names = new Intl.Collator(undefined, { numeric: true });
  return entries
    .map((entry) => ({ entry, key: keyOf(entry, sort, thresholdOf) ?? Number.NEGATIVE_INFINITY }))
    .toSorted((a, b) => {
      // Ids are UUIDv7: as text they are in the order of arrival.
      const newerFirst = a.entry.slide.id < b.entry.slide.id ? 1 : -1;
      if (sort === 'oldest') return -newerFirst;
      if (sort === 'name') return names.compare(a.entry.slide.name, b.entry.slide.name) || newerFirst;
      return a.key === b.key ? newerFirst : b.key - a.key;
    })
    .map(({ entry }) => entry);
}

export function stateOf({ slide, newest, open }: WorklistEntry): StateFilter {
  if (slide.state === 'rejected') return 'refused';
  if (slide.state !== 'ready') return 'checking';
  if (open !== null) return 'open';
  if (newest === null || newest.state === 'canceled') return 'new';
  return newest.state === 'failed' ? 'failed' : 'done';
}

/** Whether an entry passes; `reviews` undefined: not known yet, and then only a claim can be told. */
export function passesReview(
  entry: WorklistEntry,
  reviews: Reviews | undefined,
  filter: ReviewFilter,
  me: string | null,
): boolean {
  const { claimedBy } = entry.slide;
  if (filter === 'claimed') return claimedBy !== null && claimedBy !== undefined;
  if (filter === 'mine')
    return claimedBy?.by.id === me || (reviews?.some(({ own, state }) => own && state === 'open') ?? false);
  if (reviews === undefined) return false;
  const signed = reviews.some(({ state }) => state === 'signed');
  return filter === 'signed' ? signed : !signed && entry.slide.state === 'ready';
}
