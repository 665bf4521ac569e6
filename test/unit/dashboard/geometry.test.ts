import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthUm, MAGNIFICATIONS, magnification, zoomFor } from '../../../services/dashboard/src/viewer/geometry.ts';
import { scaleBar } from '../../../services/dashboard/src/viewer/scale-bar.ts';

describe('magnification', () => {
  it('shows 40× where a screen pixel is 0.25 µm and 1× where it is 10 µm', () => {
    expect(magnification(0.25)).toBe(40);
    expect(magnification(10)).toBe(1);
  });

  it('of 20× on a slide of 100,000 px at 0.25 µm is 2 slide pixels to a screen pixel', () => {
    const size = { widthL0: 100_000, heightL0: 50_000 };
    const zoom = zoomFor(20, 0.25, size, 1000);
    // The slide is 50,000 screen pixels wide in a viewer of 1000.
    expect(zoom).toBeCloseTo(50, 9);
    for (const power of MAGNIFICATIONS) {
      const screenPxL0 = size.widthL0 / (1000 * zoomFor(power, 0.25, size, 1000));
      expect(magnification(0.25 * screenPxL0)).toBeCloseTo(power, 9);
    }
  });

  it('measures 3 px across and 4 px down as 5 µm at 1 µm, and by both axes where they differ', () => {
    const [from, to] = [
      { xL0: 10, yL0: 10 },
      { xL0: 13, yL0: 14 },
    ];
    expect(lengthUm(from, to, { x: 1, y: 1 })).toBe(5);
    expect(lengthUm(from, to, { x: 4, y: 2.25 })).toBe(15);
    expect(lengthUm(from, to, null)).toBe(null);
  });
});

describe('scaleBar', () => {
  it('is 500 µm and 125 px where 160 px show 640 µm', () => {
    expect(scaleBar(4, 160)).toEqual({ lengthUm: 500, lengthPx: 125 });
  });

  it('is a round length that fits and fills at least two fifths of the room, from 0.01 to 1000 µm per pixel', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1000, noNaN: true }), (umPerPx) => {
        const { lengthUm, lengthPx } = scaleBar(umPerPx, 160);
        expect(lengthPx).toBeLessThanOrEqual(160 * (1 + 1e-8));
        expect(lengthPx).toBeGreaterThan(160 * 0.39);
        expect(lengthPx * umPerPx).toBeCloseTo(lengthUm, 6);
        expect(lengthUm.toExponential(3)).toMatch(/^[125]\.000e/);
      }),
    );
  });
});
