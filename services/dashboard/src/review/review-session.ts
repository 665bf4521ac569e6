import type { Review, ReviewSummary } from '@gigascope/client';
import type { Decision } from '@gigascope/contracts';
import { ServerError } from '../server/http.ts';
import type { ReviewRequests } from '../server/review-requests.ts';
import { createStore, type Store } from '../ui/store.ts';
import {
  COMMENT,
  type Difference,
  differenceOf,
  NOTHING_SAID,
  nextBatch,
  type Pending,
  type Said,
  type Subject,
  sameValue,
  type Value,
  withChanges,
  withoutSent,
  wordOn,
} from './draft.ts';
import { type DraftMemory, TOUCH_MS } from './draft-memory.ts';
import type { Conflict, ReviewState } from './review-state.ts';

interface Step {
  readonly subject: Subject;
  readonly before: Value;
  readonly after: Value;
}

/** Edits that come close together go in one batch. */
const GATHER_MS = 250;
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];
/** Answers after which the same request may do. */
const PASSING =
  /^(?:UNREACHABLE|RATE_LIMITED|BUSY|REQUEST_TIMEOUT|STORAGE_FULL|DATABASE_UNAVAILABLE|QUEUE_UNAVAILABLE|INTERNAL|HTTP_(?:429|5\d\d))$/;

/**
 * One's own review while it is being written: what is said is shown at once, kept in this browser until the server has
 * it, sent in small batches under the version that it was made to, and never written over what another window said.
 */
export class ReviewSession {
  readonly state: Store<ReviewState>;
  readonly #requests: ReviewRequests;
  readonly #memory: DraftMemory;
  readonly #touching: ReturnType<typeof setInterval>;
  #base: Said;
  #undo: Step[] = [];
  #redo: Step[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sending: Promise<void> | null = null;
  #tries = 0;
  #closed = false;

  constructor(review: Review, requests: ReviewRequests, memory: DraftMemory) {
    [this.#requests, this.#memory, this.#base] = [requests, memory, saidIn(review)];
    const kept = memory.take();
    let pending: Pending = kept?.pending ?? new Map();
    let conflict: Conflict | null = null;
    if (kept && (kept.version !== review.version || review.state === 'signed')) {
      const before = withChanges(this.#base, kept.before);
      const { both, isOwnEcho } = differenceOf(before, this.#base, pending);
      const isThere = [...pending].every(([subject, value]) => sameValue(wordOn(this.#base, subject), value));
      if (isThere) pending = new Map();
      else if (!isOwnEcho || review.state === 'signed') conflict = { theirs: review, both };
    }
    this.state = createStore<ReviewState>({
      ...{ review, said: withChanges(this.#base, pending), pending, conflict, error: null },
      ...{ save: pending.size > 0 ? 'saving' : 'saved', canUndo: false, canRedo: false },
    });
    this.#keep();
    this.#touching = setInterval(() => this.state.get().pending.size > 0 && this.#keep(), TOUCH_MS);
    this.#later(0);
  }

  /** Says something of a subject; null takes it back. */
  say(subject: Subject, value: Value): void {
    const before = wordOn(this.state.get().said, subject);
    if (sameValue(before, value) || this.state.get().review.state === 'signed') return;
    const last = this.#undo.at(-1);
    // A comment is one step, not one for each letter.
    if (subject === COMMENT && last?.subject === COMMENT) this.#undo.splice(-1, 1, { ...last, after: value });
    else this.#undo.push({ subject, before, after: value });
    this.#redo = [];
    this.#change(subject, value);
  }

  decide(key: string, decision: Decision | null): void {
    this.say(key, decision);
  }

  undo(): void {
    const step = this.#undo.pop();
    if (!step) return;
    this.#redo.push(step);
    this.#change(step.subject, step.before);
  }

  redo(): void {
    const step = this.#redo.pop();
    if (!step) return;
    this.#undo.push(step);
    this.#change(step.subject, step.after);
  }

  /** Sends what is pending now. Returns whether the server has everything. */
  async flush(): Promise<boolean> {
    await this.#sending;
    await this.#send();
    return this.state.get().pending.size === 0 && this.state.get().conflict === null;
  }

  /** @throws ServerError; what is pending is sent before. */
  async sign(): Promise<void> {
    if (!(await this.flush())) return;
    await this.#settled(() => this.#requests.sign(this.state.get().review.id, this.state.get().review.version));
  }

  /** Opens a new edition. @throws ServerError. */
  async amend(reason: string): Promise<void> {
    const { id, version } = this.state.get().review;
    await this.#settled(() => this.#requests.amend(id, version, reason));
  }

  /** Gives up the own changes for what the other window said. */
  loadTheirs(): void {
    const { conflict } = this.state.get();
    if (!conflict) return;
    this.#adopt(conflict.theirs, new Map());
  }

  /** Makes the own changes once more, to what the other window said. @throws ServerError when a new edition cannot be opened. */
  async applyMine(amendReason: string): Promise<void> {
    const { conflict, pending } = this.state.get();
    if (!conflict) return;
    const { theirs } = conflict;
    if (theirs.state === 'signed') {
      const amended = await this.#requests.amend(theirs.id, theirs.version, amendReason);
      this.#adopt({ ...theirs, ...amended }, pending);
    } else this.#adopt(theirs, pending);
    this.#later(0);
  }

  /** Drops changes that the server will never take. */
  drop(): void {
    this.#undo = this.#redo = [];
    this.#set({ pending: new Map(), said: this.#base, save: 'saved', error: null });
    this.#keep();
  }

  /** The server may be back, or its reader signed in again. */
  retry(): void {
    if (this.state.get().pending.size > 0 && this.#sending === null) this.#later(0);
  }

  /** Stops sending; what is pending stays in this browser. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#touching);
    if (this.#timer) clearTimeout(this.#timer);
  }

  #change(subject: Subject, value: Value): void {
    const { said, pending, conflict, save } = this.state.get();
    const next = new Map(pending);
    // Later changes go last, so that what the server gets is in the order in which it was said.
    next.delete(subject);
    if (this.#sending !== null || !sameValue(wordOn(this.#base, subject), value)) next.set(subject, value);
    // Not 'saved' from here on, though nothing is sent for a moment.
    const stands = save === 'saved' && next.size > 0 ? 'saving' : save;
    this.#set({ pending: next, said: withChanges(said, new Map([[subject, value]])), save: stands });
    this.#keep();
    if (conflict !== null) return;
    this.#tries = 0;
    if (next.size > 0) this.#later(GATHER_MS);
    else if (this.#sending === null) this.#set({ save: 'saved', error: null });
  }

  #later(ms: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), ms);
  }

  #send(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      const { pending, conflict, review } = this.state.get();
      const batch = nextBatch(pending);
      if (batch === null || conflict !== null || this.#closed) return;
      this.#set({ save: 'saving' });
      try {
        const summary = await this.#requests.send(review.id, review.version, batch);
        this.#tries = 0;
        this.#base = withChanges(this.#base, batch.changes);
        const rest = withoutSent(this.state.get().pending, batch.changes);
        this.#set({
          review: { ...review, ...summary },
          pending: rest,
          error: null,
          save: rest.size > 0 ? 'saving' : 'saved',
        });
        this.#keep();
      } catch (error) {
        if (await this.#fails(error)) return;
      }
    }
  }

  /** Returns false when sending may go on at once. */
  async #fails(error: unknown): Promise<boolean> {
    const code = error instanceof ServerError ? error.code : 'UNREACHABLE';
    if (code === 'EDIT_CONFLICT' || code === 'REVIEW_SIGNED') {
      try {
        return this.#meet(await this.#requests.get(this.state.get().review.id));
      } catch {
        this.#wait();
        return true;
      }
    }
    if (code === 'UNAUTHENTICATED') this.#set({ save: 'signedOut' });
    else if (PASSING.test(code)) this.#wait();
    else this.#set({ save: 'refused', error: error as ServerError });
    return true;
  }

  /** Compares with what another window said. Returns false when there is nothing to be settled. */
  #meet(theirs: Review): boolean {
    const { pending } = this.state.get();
    const difference: Difference = differenceOf(this.#base, saidIn(theirs), pending);
    if (difference.isOwnEcho && theirs.state === 'open') {
      const there = [...pending].filter(([subject, value]) => sameValue(wordOn(saidIn(theirs), subject), value));
      this.#adopt(theirs, withoutSent(pending, new Map(there)));
      return false;
    }
    this.#set({ conflict: { theirs, both: difference.both }, save: 'waiting' });
    return true;
  }

  #adopt(theirs: Review, pending: Pending): void {
    this.#base = saidIn(theirs);
    this.#undo = this.#redo = [];
    const said = withChanges(this.#base, pending);
    this.#set({
      review: theirs,
      said,
      pending,
      conflict: null,
      error: null,
      save: pending.size > 0 ? 'saving' : 'saved',
    });
    this.#keep();
  }

  #wait(): void {
    this.#set({ save: 'waiting' });
    this.#later(RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)] ?? 0);
  }

  /** Signs or amends; a conflict is met as one of an edit is. @throws ServerError. */
  async #settled(request: () => Promise<ReviewSummary>): Promise<void> {
    try {
      const summary = await request();
      this.#undo = this.#redo = [];
      this.#set({ review: { ...this.state.get().review, ...summary } });
    } catch (error) {
      if (!(error instanceof ServerError) || !/^(?:EDIT_CONFLICT|REVIEW_SIGNED)$/.test(error.code)) throw error;
      const theirs = await this.#requests.get(this.state.get().review.id);
      this.#set({ conflict: { theirs, both: [] } });
    }
  }

  #keep(): void {
    const { review, pending } = this.state.get();
    const before = new Map([...pending.keys()].map((subject) => [subject, wordOn(this.#base, subject)] as const));
    this.#memory.keep({ version: review.version, pending, before });
  }

  #set(part: Partial<ReviewState>): void {
    this.state.set({ ...this.state.get(), ...part, canUndo: this.#undo.length > 0, canRedo: this.#redo.length > 0 });
  }
}

export function saidIn({ content }: Review): Said {
  if (content === null) return NOTHING_SAID;
  const { confidence, comment, decisions } = content;
  return { confidence, comment, decisions: new Map(decisions.map(({ key, decision }) => [key, decision])) };
}
