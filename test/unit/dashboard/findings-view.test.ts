import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  frameOf,
  pointAt,
  screenAt,
  type ViewFrame,
  visibleArea,
} from '../../../services/dashboard/src/viewer/view-frame.ts';

const SIZE = { widthL0: 80_000, heightL0: 60_000 };

/** A view of 1200 × 800 screen pixels whose middle is at that place. */
function frameAt(xL0: number, yL0: number, scale: number, degrees = 0): ViewFrame {
  return { scale, left: 600 - xL0 * scale, top: 400 - yL0 * scale, widthPx: 1200, heightPx: 800, degrees };
}

const anyFrame = fc
  .tuple(
    fc.double({ min: 0, max: SIZE.widthL0, noNaN: true }),
    fc.double({ min: 0, max: SIZE.heightL0, noNaN: true }),
    fc.double({ min: 0.01, max: 4, noNaN: true }),
    fc.double({ min: -720, max: 720, noNaN: true }),
  )
  .map((place) => frameAt(...place));

describe('where the slide lies on screen', () => {
  it('is half a slide to 1000 px at bounds from 0.25 to 0.75', () => {
    const frame = frameOf({ x: 0.25, y: 0.1, width: 0.5 }, { x: 1000, y: 700 }, SIZE);
    expect(frame).toEqual({ scale: 1000 / 40_000, left: -500, top: -200, widthPx: 1000, heightPx: 700, degrees: 0 });
    expect(visibleArea(frame, SIZE)).toEqual({ x0: 20_000, y0: 8000, x1: 60_000, y1: 36_000 });
    expect(pointAt(frame, 1000, 0)).toEqual({ xL0: 60_000, yL0: 8000 });
  });

  it('leaves out what of the view is beside the slide', () => {
    expect(visibleArea(frameAt(0, 0, 0.1), SIZE)).toEqual({ x0: 0, y0: 0, x1: 6000, y1: 4000 });
  });

  it('is turned clockwise about the middle: at 90° what lies right of it is below', () => {
    const frame = frameAt(1000, 1000, 0.5, 90);
    const below = screenAt(frame, 1200, 1000);
    expect(below.x).toBeCloseTo(600, 9);
    expect(below.y).toBeCloseTo(500, 9);
    const at30 = screenAt(frameAt(1000, 1000, 1, 30), 1100, 1000);
    expect(at30.x).toBeCloseTo(600 + 100 * Math.cos(Math.PI / 6), 9);
    expect(at30.y).toBeCloseTo(450, 9);
  });

  it('leads back to the place that a pixel shows, however it is turned', () => {
    fc.assert(
      fc.property(anyFrame, fc.integer({ min: 0, max: 1200 }), fc.integer({ min: 0, max: 800 }), (frame, x, y) => {
        const { xL0, yL0 } = pointAt(frame, x, y);
        const back = screenAt(frame, xL0, yL0);
        expect(back.x).toBeCloseTo(x, 5);
        expect(back.y).toBeCloseTo(y, 5);
        const { x0, y0, x1, y1 } = visibleArea(frame, { widthL0: 1e9, heightL0: 1e9 });
        if (xL0 >= 0 && yL0 >= 0)
          expect(xL0 >= x0 - 1e-6 && xL0 <= x1 + 1e-6 && yL0 >= y0 - 1e-6 && yL0 <= y1 + 1e-6).toBe(true);
      }),
    );
  });
});
