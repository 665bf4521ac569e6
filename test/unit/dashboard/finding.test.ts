import { describe, expect, it } from 'vitest';
import { findingAt, ofDetection, ofSegment } from '../../../services/dashboard/src/viewer/finding.ts';

const large = ofDetection({ rank: 1, class: 'a', probability: 0.9, x0L0: 0, y0L0: 0, x1L0: 100, y1L0: 100 });
const small = ofDetection({ rank: 2, class: 'b', probability: 0.8, x0L0: 40, y0L0: 40, x1L0: 60, y1L0: 60 });
/** A square of 100 with a hole of 40, 300 px to the right. */
const ring = ofSegment({
  ...{ rank: 3, class: 'c', probability: 0.7, areaUm2: 5 },
  rings: [
    [300, 0, 400, 0, 400, 100, 300, 100],
    [330, 30, 330, 70, 370, 70, 370, 30],
  ],
});
const at = (xL0: number, yL0: number, slackL0 = 0) =>
  findingAt([large, small, ring], { xL0, yL0 }, slackL0)?.rank ?? null;

describe('the finding under a click', () => {
  it('is the smaller of two boxes of which one lies in the other', () => {
    expect(at(50, 50)).toBe(2);
    expect(at(10, 10)).toBe(1);
  });

  it('is an outline between its shell and its hole, and none in the hole', () => {
    expect(ring.box).toEqual({ x0: 300, y0: 0, x1: 400, y1: 100 });
    expect(at(310, 50)).toBe(3);
    expect(at(350, 50)).toBe(null);
  });

  it('may lie up to the slack beside a box, and none further', () => {
    expect(at(103, 50, 4)).toBe(1);
    expect(at(105, 50, 4)).toBe(null);
  });

  it('is an outline that is all slack on screen wherever its bounds are', () => {
    expect(at(350, 50, 60)).toBe(3);
  });
});
