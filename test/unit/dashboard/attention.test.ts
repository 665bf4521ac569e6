import { describe, expect, it } from 'vitest';
import { AttentionClock } from '../../../services/dashboard/src/review/attention.ts';

const lengths = (periods: readonly { from: Date; to: Date }[]) => periods.map(({ from, to }) => +to - +from);

describe('attention to a slide', () => {
  it('is from the first to the last thing done, and 20 s of looking on', () => {
    const clock = new AttentionClock();
    clock.act(0);
    clock.act(15_000);
    clock.act(100_000);
    expect(lengths(clock.drain(105_000))).toEqual([35_000, 5_000]);
  });

  it('goes on after a report without a gap, and ends when the page is hidden', () => {
    const clock = new AttentionClock();
    clock.act(0);
    const first = clock.drain(10_000);
    clock.leave(12_000);
    const second = clock.drain(60_000);
    expect([...lengths(first), ...lengths(second)]).toEqual([10_000, 2_000]);
    expect(clock.drain(90_000)).toEqual([]);
  });

  it('keeps what could not be reported', () => {
    const clock = new AttentionClock();
    clock.act(0);
    clock.restore(clock.drain(5_000));
    expect(lengths(clock.drain(30_000))).toEqual([5_000, 15_000]);
  });
});
