import type { Pending, Value } from './draft.ts';

/** Changes that the server does not have, as they lie in this browser. */
export interface KeptDraft {
  /** Of the review that they were made to. */
  readonly version: number;
  readonly pending: Pending;
  /** What was said before each of them. */
  readonly before: Pending;
}

interface Stored {
  readonly version: number;
  readonly at: number;
  readonly pending: readonly [string, Value][];
  readonly before: readonly [string, Value][];
}

const PREFIX = 'gigascope.draft.';
const TAB = 'gigascope.tab';
/** An open window touches its draft more often; one that did not for so long is closed, and its draft is taken over. */
export const TOUCH_MS = 5000;
const ORPHANED_MS = 3 * TOUCH_MS;

type Memory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/**
 * Drafts of a review in this browser. Each window has its own, so that two do not write over one another; a window that
 * is opened again finds its own, and those that closed windows left.
 */
export class DraftMemory {
  readonly #memory: Memory;
  readonly #prefix: string;
  readonly #own: string;

  constructor(reviewId: string, memory: Memory = localStorage, tab = tabId()) {
    this.#memory = memory;
    this.#prefix = `${PREFIX}${reviewId}.`;
    this.#own = this.#prefix + tab;
  }

  /** Puts the draft away, or removes it where nothing is pending. false: this browser keeps nothing. */
  keep({ version, pending, before }: KeptDraft, now = Date.now()): boolean {
    try {
      if (pending.size === 0) this.#memory.removeItem(this.#own);
      else {
        const stored: Stored = { version, at: now, pending: [...pending], before: [...before] };
        this.#memory.setItem(this.#own, JSON.stringify(stored));
      }
      return true;
    } catch {
      return false;
    }
  }

  /** Takes this window's draft, or else the oldest that a closed window left; null where there is none. */
  take(now = Date.now()): KeptDraft | null {
    const names = Array.from({ length: this.#memory.length }, (_, k) => this.#memory.key(k) ?? '')
      .filter((name) => name.startsWith(this.#prefix))
      .toSorted((a, b) => Number(b === this.#own) - Number(a === this.#own));
    for (const name of names) {
      const stored = read(this.#memory.getItem(name));
      if (stored === null || (name !== this.#own && now - stored.at < ORPHANED_MS)) continue;
      this.#memory.removeItem(name);
      const draft = { version: stored.version, pending: new Map(stored.pending), before: new Map(stored.before) };
      this.keep(draft, now);
      return draft;
    }
    return null;
  }
}

function read(text: string | null): Stored | null {
  try {
    const stored = JSON.parse(text ?? 'null') as Stored | null;
    return stored !== null && Array.isArray(stored.pending) && Array.isArray(stored.before) ? stored : null;
  } catch {
    return null;
  }
}

/** Of this window, the same after reloading. */
function tabId(): string {
  const id = sessionStorage.getItem(TAB) ?? crypto.getRandomValues(new Uint32Array(2)).join('-');
  sessionStorage.setItem(TAB, id);
  return id;
}
