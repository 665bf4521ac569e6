/** How the worklist is filtered and ordered, as the address keeps it. */

export const SORTS = ['score', 'uncertainty', 'priority', 'newest', 'oldest', 'name'] as const;
export type Sort = (typeof SORTS)[number];

export const STATES = ['checking', 'refused', 'new', 'open', 'done', 'failed'] as const;
/** Of a slide and its newest analysis together. */
export type StateFilter = (typeof STATES)[number];

export const REVIEWS = ['todo', 'mine', 'claimed', 'signed'] as const;
export type ReviewFilter = (typeof REVIEWS)[number];

export interface WorklistView {
  readonly sort: Sort;
  /** Part of a name or a reference; empty: all. */
  readonly text: string;
  readonly state: StateFilter | null;
  readonly review: ReviewFilter | null;
  /** Whose score and progress are shown; null: the newest analysis, whichever model made it. */
  readonly model: string | null;
  readonly caseRef: string;
  /** First and last day of arrival, YYYY-MM-DD as the reader's clock counts days; empty: any. */
  readonly from: string;
  readonly to: string;
}

export const DEFAULT_VIEW: WorklistView = {
  ...{ sort: 'score', text: '', state: null, review: null, model: null, caseRef: '', from: '', to: '' },
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MAX_TEXT = 100;

/** Reads the address' query; what it does not understand is as if it were not there. */
export function parseView(search: string): WorklistView {
  const query = new URLSearchParams(search);
  const text = (name: string): string => (query.get(name) ?? '').slice(0, MAX_TEXT);
  const oneOf = <T extends string>(name: string, values: readonly T[]): T | null =>
    values.find((value) => value === query.get(name)) ?? null;
  const day = (name: string): string => {
    const value = text(name);
    return DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : '';
  };
  return {
    sort: oneOf('sort', SORTS) ?? DEFAULT_VIEW.sort,
    text: text('q'),
    state: oneOf('state', STATES),
    review: oneOf('review', REVIEWS),
    model: text('model') || null,
    caseRef: text('case'),
    from: day('from'),
    to: day('to'),
  };
}

/** The query of a view, empty for the usual one. */
export function searchOf(view: WorklistView): string {
  const query = new URLSearchParams();
  const set = (name: string, value: string | null): void => {
    if (value) query.set(name, value);
  };
  if (view.sort !== DEFAULT_VIEW.sort) set('sort', view.sort);
  set('q', view.text);
  set('state', view.state);
  set('review', view.review);
  set('model', view.model);
  set('case', view.caseRef);
  set('from', view.from);
  set('to', view.to);
  const text = query.toString();
  return text && `?${text}`;
}

/** Whether anything is left out. */
export const isFiltered = (view: WorklistView): boolean =>
  searchOf({ ...view, sort: DEFAULT_VIEW.sort, model: null }) !== '';
