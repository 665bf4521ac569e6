import type { Urgency } from '@gigascope/contracts';
import { expect, it } from 'vitest';
import { ReadingTurns } from '../../../packages/analysis/src/reading-turns.ts';

const ROUTINE: Urgency = { lane: 1, dueMs: null };
const STAT: Urgency = { lane: 0, dueMs: 9 };

class Slide {
  held = false;
  hold(held: boolean): void {
    expect(held).not.toBe(this.held);
    this.held = held;
  }
}

it('lets the two slides that came first be read, and an urgent one in the place of the second at once', () => {
  const turns = new ReadingTurns(2);
  const [a, b, c, urgent] = [new Slide(), new Slide(), new Slide(), new Slide()];
  turns.ask(1, a, ROUTINE);
  turns.ask(2, b, ROUTINE);
  turns.ask(3, c, ROUTINE);
  turns.ask(4, a, ROUTINE);
  const held = (): boolean[] => [a, b, c, urgent].map((slide) => slide.held);
  expect(held()).toEqual([false, false, true, false]);
  turns.ask(5, urgent, STAT);
  expect(held()).toEqual([false, true, true, false]);
  // The first slide's other block came last of all.
  turns.done(1);
  expect(held()).toEqual([true, false, true, false]);
  turns.done(5);
  expect(held()).toEqual([true, false, false, false]);
  turns.done(2);
  turns.done(3);
  turns.done(3);
  expect(held()).toEqual([false, false, false, false]);
});
