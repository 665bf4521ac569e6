import { describe, expect, it } from 'vitest';
import { fitLine, leaveOneOutErrors, relativeError } from '../../../bench/line-fit.ts';

describe('the line through times and areas', () => {
  it('goes through points that lie on y = 2 + 3 x', () => {
    const line = fitLine([1, 2, 5, 40].map((x) => ({ x, y: 2 + 3 * x })));
    expect(line.intercept).toBeCloseTo(2, 9);
    expect(line.slope).toBeCloseTo(3, 9);
  });

  it('makes relative errors small: of (0, 1), (1, 2), (1, 4) the last ones’ weights are 1/4 and 1/16', () => {
    // At x = 1 the minimum of ((c − 2) / 2)² + ((c − 4) / 4)² is c = (2/4 + 4/16) / (1/4 + 1/16) = 2.4; unweighted it would be 3.
    const line = fitLine([
      { x: 0, y: 1 },
      { x: 1, y: 2 },
      { x: 1, y: 4 },
    ]);
    expect(line.intercept).toBeCloseTo(1, 9);
    expect(line.intercept + line.slope).toBeCloseTo(2.4, 9);
  });

  it('lies 0.25 of the time away from a point at 4 where it says 3', () => {
    expect(relativeError({ intercept: 1, slope: 2 }, { x: 1, y: 4 })).toBe(0.25);
  });

  it('judges each point by the others: one of four that is twice as high is half missed', () => {
    const errors = leaveOneOutErrors([
      { x: 1, y: 1 },
      { x: 2, y: 2 },
      { x: 4, y: 8 },
      { x: 8, y: 8 },
    ]);
    expect(errors[2]).toBeCloseTo(0.5, 9);
    expect(errors).toHaveLength(4);
  });
});
