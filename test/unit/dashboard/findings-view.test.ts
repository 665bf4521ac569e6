import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askFor, cellSideL0 } from '../../../services/dashboard/src/viewer/fetch-area.ts';
import {
  contains,
  frameOf,
  pointAt,
  type ViewFrame,
  visibleArea,
} from '../../../services/dashboard/src/viewer/view-frame.ts';

const SIZE = { widthL0: 80_000, heightL0: 60_000 };

/** A view of 1200 × 800 screen pixels whose middle is at that place. */
function frameAt(xL0: number, yL0: number, scale: number): ViewFrame {
  return { scale, left: 600 - xL0 * scale, top: 400 - yL0 * scale, widthPx: 1200, heightPx: 800 };
}

const anyFrame = fc
  .tuple(
    fc.double({ min: 0, max: SIZE.widthL0, noNaN: true }),
    fc.double({ min: 0, max: SIZE.heightL0, noNaN: true }),
    fc.double({ min: 0.01, max: 4, noNaN: true }),
  )
  .map((place) => frameAt(...place));

describe('where the slide lies on screen', () => {
  it('is half a slide to 1000 px at bounds from 0.25 to 0.75', () => {
    const frame = frameOf({ x: 0.25, y: 0.1, width: 0.5 }, { x: 1000, y: 700 }, SIZE);
    expect(frame).toEqual({ scale: 1000 / 40_000, left: -500, top: -200, widthPx: 1000, heightPx: 700 });
    expect(visibleArea(frame, SIZE)).toEqual({ x0: 20_000, y0: 8000, x1: 60_000, y1: 36_000 });
    expect(pointAt(frame, 1000, 0)).toEqual({ xL0: 60_000, yL0: 8000 });
  });

  it('leaves out what of the view is beside the slide', () => {
    expect(visibleArea(frameAt(0, 0, 0.1), SIZE)).toEqual({ x0: 0, y0: 0, x1: 6000, y1: 4000 });
  });
});

describe('what the server is asked for', () => {
  it('holds every view with room around it inside the slide, and no side twice as long as its longer one', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const view = visibleArea(frame, SIZE);
        const { area } = askFor(view, frame.scale, SIZE, null);
        if (area === null) return;
        expect(contains(area, view)).toBe(true);
        const longer = Math.max(view.x1 - view.x0, view.y1 - view.y0, 1);
        expect(area.x0 === 0 || view.x0 - area.x0 >= longer / 8).toBe(true);
        expect(area.y1 === SIZE.heightL0 || area.y1 - view.y1 >= longer / 8).toBe(true);
        for (const side of [area.x1 - area.x0, area.y1 - area.y0]) expect(side).toBeLessThanOrEqual(2 * longer + 1);
      }),
    );
  });

  it('stays the same for every view inside it at that zoom, and changes at another', () => {
    const first = askFor(visibleArea(frameAt(40_000, 30_000, 0.5), SIZE), 0.5, SIZE, null);
    const near = askFor(visibleArea(frameAt(40_200, 29_900, 0.5), SIZE), 0.5, SIZE, first);
    const far = askFor(visibleArea(frameAt(45_000, 30_000, 0.5), SIZE), 0.5, SIZE, first);
    const closer = askFor(visibleArea(frameAt(40_000, 30_000, 1.2), SIZE), 1.2, SIZE, first);
    expect(near).toBe(first);
    expect(far.cellL0).toBe(first.cellL0);
    expect(far.area).not.toEqual(first.area);
    expect(closer.cellL0).toBeLessThan(first.cellL0);
  });

  it('is the whole slide where the view holds it', () => {
    expect(askFor(visibleArea(frameAt(40_000, 30_000, 0.01), SIZE), 0.01, SIZE, null).area).toBe(null);
  });

  it('counts in squares of 72 to 144 screen pixels whose side is a power of two', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.002, max: 4, noNaN: true }), (scale) => {
        const side = cellSideL0(scale);
        expect(Number.isInteger(Math.log2(side))).toBe(true);
        expect(side * scale).toBeGreaterThanOrEqual(72 - 1e-6);
        expect(side * scale).toBeLessThan(144);
      }),
    );
  });
});
