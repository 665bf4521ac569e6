import { c4dTruthOf, composeC4dScene, describeField, FIELD_PX } from '@gigascope/phantom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const SIZE = { widthPx: 3200, heightPx: 2600 };

describe('laying out a C4d phantom', () => {
  it.each([0, 4, 8, 12, 20, 40, 46, 54, 70, 90])(
    'realises %i %% of 100 capillaries exactly and of any other number to the nearest one, with the grade that follows',
    (ratioPercent) => {
      const exact = c4dTruthOf(composeC4dScene({ seed: 3, ...SIZE, ratioPercent, capillaries: 100 }));
      expect([exact.positive, exact.negative]).toEqual([ratioPercent, 100 - ratioPercent]);
      expect(exact.ratio).toBe(ratioPercent / 100);
      expect(exact.grade).toBe({ 0: 0, 4: 1, 8: 1, 12: 2, 20: 2, 40: 2, 46: 2, 54: 3, 70: 3, 90: 3 }[ratioPercent]);
      for (const seed of [4, 5]) {
        const { positive, negative } = c4dTruthOf(composeC4dScene({ seed, ...SIZE, ratioPercent }));
        const all = positive + negative;
        expect(all).toBeGreaterThan(30);
        expect(Math.abs(positive - (all * ratioPercent) / 100)).toBeLessThanOrEqual(0.5);
      }
    },
  );

  it.each([
    [50, 2],
    [51, 3],
    [10, 2],
    [9, 1],
  ])('grades %i of 100 positive capillaries as Banff %i', (ratioPercent, grade) => {
    expect(c4dTruthOf(composeC4dScene({ seed: 3, ...SIZE, ratioPercent, capillaries: 100 })).grade).toBe(grade);
  });

  it('holds 200 to 620 capillaries of 5 to 30 µm on a slide of the default 8000 × 6000 px, on each of 5', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { capillaries } = c4dTruthOf(composeC4dScene({ seed, widthPx: 8000, heightPx: 6000 }));
      expect(capillaries.length).toBeGreaterThanOrEqual(200);
      expect(capillaries.length).toBeLessThanOrEqual(620);
      for (const c of capillaries) {
        const longer = Math.max(c.x1L0 - c.x0L0, c.y1L0 - c.y0L0) * 0.25;
        expect(longer).toBeGreaterThan(5);
        expect(longer).toBeLessThan(30);
      }
    }
  });

  it('keeps all outlines whole on the slide, 2 µm and more apart, and boxes tight around them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const { capillaries } = c4dTruthOf(composeC4dScene({ seed, widthPx: 2400, heightPx: 2000 }));
        for (const [index, a] of capillaries.entries()) {
          expect(Math.min(a.x0L0, a.y0L0)).toBeGreaterThanOrEqual(0);
          expect(a.x1L0).toBeLessThanOrEqual(2400);
          expect(a.y1L0).toBeLessThanOrEqual(2000);
          expect(a.x0L0).toBe(a.outline.reduce((least, p) => Math.min(least, p.x), 1e9));
          expect(a.y1L0).toBe(a.outline.reduce((most, p) => Math.max(most, p.y), -1e9));
          for (const b of capillaries.slice(index + 1)) {
            if (Math.abs(a.x0L0 - b.x0L0) > 250 || Math.abs(a.y0L0 - b.y0L0) > 250) continue;
            const apart = a.outline.flatMap((p) => b.outline.map((q) => Math.hypot(p.x - q.x, p.y - q.y)));
            expect(Math.min(...apart)).toBeGreaterThan(8);
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  it('lays no capillary in a field of its lattice that is not feasible', () => {
    for (let seed = 40; seed < 46; seed++) {
      const scene = composeC4dScene({ seed, ...SIZE });
      for (const { xL0, yL0 } of scene.capillaries) {
        const [x, y] = [Math.floor(xL0 / FIELD_PX) * FIELD_PX, Math.floor(yL0 / FIELD_PX) * FIELD_PX];
        expect(describeField(scene, { x, y, width: FIELD_PX, height: FIELD_PX })).toMatchObject({ feasible: true });
      }
    }
  });

  it('works on the least slide and on a tall one', () => {
    expect(c4dTruthOf(composeC4dScene({ seed: 1, widthPx: 256, heightPx: 256, capillaries: 0 }))).toMatchObject({
      ratio: null,
      grade: null,
    });
    expect(composeC4dScene({ seed: 1, widthPx: 2600, heightPx: 5200 }).capillaries.length).toBeGreaterThan(100);
  });

  it.each([
    { seed: 1, widthPx: 100, heightPx: 3000 },
    { seed: 1.5, widthPx: 3000, heightPx: 3000 },
    { seed: 1, widthPx: 3000, heightPx: 3000, ratioPercent: 101 },
    { seed: 1, widthPx: 3000, heightPx: 3000, ratioPercent: Number.NaN },
    { seed: 1, widthPx: 3000, heightPx: 3000, capillaries: -1 },
    { seed: 1, widthPx: 800, heightPx: 800, capillaries: 500 },
  ])('refuses %o with ARGUMENT_INVALID', (options) => {
    expect(() => composeC4dScene(options)).toThrowError(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});
