import type { Decision } from '@gigascope/contracts';
import type { Review, ReviewSummary } from '@gigascope/contracts/http';
import { describe, expect, it } from 'vitest';
import { type Batch, withChanges } from '../../../services/dashboard/src/review/draft.ts';
import { DraftMemory } from '../../../services/dashboard/src/review/draft-memory.ts';
import { ReviewSession, saidIn } from '../../../services/dashboard/src/review/review-session.ts';
import { ServerError } from '../../../services/dashboard/src/server/http.ts';

const ACCEPT: Decision = { verdict: 'accept', note: '' };
const FOLD: Decision = { verdict: 'reject', reason: 'artefact', note: '' };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A server's side of one review: versions, all or none, and failures on demand. */
class Server {
  review: Review = {
    ...{ id: 'r', analysisId: 'a', slideId: 's', reader: { kind: 'user', id: 'u', name: 'reader A' } },
    ...{ purpose: 'first', state: 'open', version: 1, edition: 1, openedAt: '', signedAt: null, own: true },
    content: {
      ...{ edition: 1, state: 'open', confidence: null, comment: '', timeLimited: false, readingMs: 0 },
      ...{ sawOthers: false, amendReason: null, openedAt: '', signedAt: null, decisions: [] },
    },
  };
  failure: ServerError | null = null;
  /** The answer to the next batch is lost after it was taken. */
  losesAnswer = false;

  readonly requests = {
    get: async () => this.#answer(() => this.review),
    open: async () => this.#answer(() => this.#summary()),
    send: async (_: string, version: number, batch: Batch) =>
      this.#answer(() => {
        if (this.review.state === 'signed') throw new ServerError('REVIEW_SIGNED', 'signed');
        if (version !== this.review.version) throw new ServerError('EDIT_CONFLICT', 'conflict');
        this.take(batch.changes);
        if (!this.losesAnswer) return this.#summary();
        this.losesAnswer = false;
        throw new ServerError('UNREACHABLE', 'lost');
      }),
    sign: async () => this.#answer(() => this.#summary({ state: 'signed' })),
    amend: async () => this.#answer(() => this.#summary({ state: 'open', edition: this.review.edition + 1 })),
    attend: async () => {},
  };

  take(changes: ReadonlyMap<string, Decision | string | null>): void {
    const { content } = this.review;
    if (!content) throw new Error('no content');
    const said = withChanges(saidIn(this.review), changes);
    const decisions = [...said.decisions].map(([key, decision]) => ({ key, decision }));
    this.review = {
      ...this.review,
      version: this.review.version + 1,
      content: { ...content, confidence: said.confidence, comment: said.comment, decisions },
    };
  }

  #summary(change: Partial<Review> = {}): ReviewSummary {
    this.review = { ...this.review, ...change, version: this.review.version + (change.state ? 1 : 0) };
    const { content: _, ...summary } = this.review;
    return summary;
  }

  async #answer<T>(work: () => T): Promise<T> {
    await pause(1);
    if (this.failure) throw this.failure;
    return work();
  }
}

function memory(tab = 'a', items = new Map<string, string>()) {
  const storage = {
    get length() {
      return items.size;
    },
    key: (k: number) => [...items.keys()][k] ?? null,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  };
  return { items, memory: new DraftMemory('r', storage, tab) };
}

describe('a review being written', () => {
  it('has all edits at the server in their order, and nothing left in the browser', async () => {
    const server = new Server();
    const { items, memory: own } = memory();
    const session = new ReviewSession(server.review, server.requests, own);
    session.decide('lesion-1', ACCEPT);
    session.decide('lesion-2', FOLD);
    session.say('confidence', 'equivocal');
    expect(items.size).toBe(1);
    expect(await session.flush()).toBe(true);
    expect(saidIn(server.review)).toEqual(session.state.get().said);
    expect([session.state.get().save, items.size]).toEqual(['saved', 0]);
    session.close();
  });

  it('keeps what was said while the server is away, and a window opened later sends it', async () => {
    const server = new Server();
    const first = memory();
    const session = new ReviewSession(server.review, server.requests, first.memory);
    server.failure = new ServerError('UNREACHABLE', 'away');
    session.decide('lesion-1', ACCEPT);
    expect(await session.flush()).toBe(false);
    expect(session.state.get().save).toBe('waiting');
    session.close();
    server.failure = null;
    const again = new ReviewSession(server.review, server.requests, memory('a', first.items).memory);
    expect(again.state.get().said.decisions.get('lesion-1')).toEqual(ACCEPT);
    expect(await again.flush()).toBe(true);
    expect(server.review.content?.decisions).toHaveLength(1);
    again.close();
  });

  it('asks nobody when only the answer was lost: what is there is its own', async () => {
    const server = new Server();
    const session = new ReviewSession(server.review, server.requests, memory().memory);
    server.losesAnswer = true;
    session.decide('lesion-1', ACCEPT);
    await session.flush();
    session.say('confidence', 'equivocal');
    expect(await session.flush()).toBe(true);
    expect([session.state.get().conflict, server.review.version]).toEqual([null, 3]);
    session.close();
  });

  it('never writes over another window, and settles it either way', async () => {
    for (const choice of ['theirs', 'mine'] as const) {
      const server = new Server();
      const session = new ReviewSession(server.review, server.requests, memory().memory);
      server.take(new Map([['lesion-1', FOLD]]));
      session.decide('lesion-1', ACCEPT);
      session.decide('lesion-2', ACCEPT);
      expect(await session.flush()).toBe(false);
      expect(session.state.get().conflict?.both).toEqual(['lesion-1']);
      expect(saidIn(server.review).decisions).toEqual(new Map([['lesion-1', FOLD]]));
      if (choice === 'theirs') session.loadTheirs();
      else await session.applyMine('');
      expect(await session.flush()).toBe(true);
      const mine = new Map([
        ['lesion-1', ACCEPT],
        ['lesion-2', ACCEPT],
      ]);
      expect(saidIn(server.review).decisions).toEqual(choice === 'mine' ? mine : new Map([['lesion-1', FOLD]]));
      expect(session.state.get().said).toEqual(saidIn(server.review));
      session.close();
    }
  });

  it('opens a new edition for changes that were made before another window signed', async () => {
    const server = new Server();
    const session = new ReviewSession(server.review, server.requests, memory().memory);
    server.review = { ...server.review, state: 'signed', version: 2 };
    session.decide('lesion-1', ACCEPT);
    expect(await session.flush()).toBe(false);
    await session.applyMine('late');
    expect(await session.flush()).toBe(true);
    expect([server.review.edition, server.review.content?.decisions.length]).toEqual([2, 1]);
    session.close();
  });

  it('undoes and makes again, and takes what is undone before it was sent as never said', async () => {
    const server = new Server();
    const session = new ReviewSession(server.review, server.requests, memory().memory);
    session.decide('lesion-1', ACCEPT);
    session.undo();
    expect(session.state.get().pending.size).toBe(0);
    session.redo();
    await session.flush();
    session.undo();
    await session.flush();
    expect([server.review.content?.decisions.length, session.state.get().canRedo]).toEqual([0, true]);
    session.close();
  });

  it('keeps what the server refuses until the reader drops it', async () => {
    const server = new Server();
    const { items, memory: own } = memory();
    const session = new ReviewSession(server.review, server.requests, own);
    server.failure = new ServerError('ARGUMENT_INVALID', 'off the slide');
    session.decide('lesion-1', ACCEPT);
    await session.flush();
    expect([session.state.get().save, items.size]).toEqual(['refused', 1]);
    session.drop();
    expect([session.state.get().said.decisions.size, items.size]).toEqual([0, 0]);
    session.close();
  });
});
