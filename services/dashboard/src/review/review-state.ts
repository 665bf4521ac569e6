import type { Review, ReviewSummary } from '@gigascope/client';
import type { ServerError } from '../server/http.ts';
import type { Pending, Said, Subject } from './draft.ts';

/** How far what was said has got. */
type SaveState = 'saved' | 'saving' | 'waiting' | 'signedOut' | 'refused';

export interface Conflict {
  readonly theirs: Review;
  readonly both: readonly Subject[];
}

export interface ReviewState {
  readonly review: ReviewSummary;
  readonly said: Said;
  readonly pending: Pending;
  readonly save: SaveState;
  readonly error: ServerError | null;
  /** Someone else was faster; nothing is sent until the reader has settled it. */
  readonly conflict: Conflict | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}
