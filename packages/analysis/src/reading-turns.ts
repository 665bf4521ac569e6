import type { Urgency } from '@gigascope/contracts';
import type { PatchSource } from './patch-source.ts';
import { compareUrgency } from './urgency.ts';

type Holdable = Pick<PatchSource, 'hold'>;

interface Asked {
  readonly source: Holdable;
  readonly urgency: Urgency;
}

/**
 * Lets only so many slides be read at once, those of the most urgent blocks; the others are held before their next block. Why?
 * Reading costs as much processor as inference: ten slides read side by side would keep the urgent one's patches from the engine
 * however it orders its batches. Among equals the one that came first goes on, so that slides end one after another.
 */
export class ReadingTurns {
  readonly #slidesAtOnce: number;
  /** Blocks asked for that are not cut yet, by ticket, in the order in which they came. */
  readonly #asked = new Map<number, Asked>();
  readonly #held = new Set<Holdable>();

  constructor(slidesAtOnce: number) {
    this.#slidesAtOnce = slidesAtOnce;
  }

  /** To be called before the source is asked for the block. */
  ask(ticket: number, source: Holdable, urgency: Urgency): void {
    this.#asked.set(ticket, { source, urgency });
    this.#settle();
  }

  /** A block is cut, or will never be. */
  done(ticket: number): void {
    if (this.#asked.delete(ticket)) this.#settle();
  }

  #settle(): void {
    const inOrder = [...this.#asked.values()].toSorted((a, b) => compareUrgency(a.urgency, b.urgency));
    const sources = [...new Set(inOrder.map(({ source }) => source))];
    const waiting = new Set<Holdable>(sources.slice(this.#slidesAtOnce));
    // One that is held but asks for nothing any more was given up.
    for (const source of this.#held.difference(waiting)) this.#hold(source, false);
    for (const source of waiting.difference(this.#held)) this.#hold(source, true);
  }

  #hold(source: Holdable, held: boolean): void {
    if (held) this.#held.add(source);
    else this.#held.delete(source);
    source.hold(held);
  }
}
