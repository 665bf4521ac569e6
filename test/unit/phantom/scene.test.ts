import { composeMetastasisScene, PHANTOM_MPP, truthOf } from '@gigascope/phantom';
import { describe, expect, it } from 'vitest';

describe('laying out a phantom', () => {
  it('gives lesions exactly the diameters asked for, to 0.1 µm', () => {
    const diameters = [150, 420, 560, 900, 2100];
    const scene = composeMetastasisScene({ seed: 5, widthPx: 24_000, heightPx: 20_000, lesions: diameters });
    const truth = truthOf(scene);
    const measured = truth.map((lesion) => lesion.diameterUm).sort((a, b) => a - b);
    for (const [index, diameter] of diameters.entries()) expect(measured[index]).toBeCloseTo(diameter, 0);
    expect(truth.map((lesion) => lesion.sizeClass).sort()).toEqual(['itc', 'macro', 'micro', 'micro', 'micro']);
  });

  it('keeps lesions at least 300 µm apart and half of those above 200 µm under 600 µm, on each of 12 slides', () => {
    for (let seed = 0; seed < 12; seed++) {
      const scene = composeMetastasisScene({ seed, widthPx: 20_000, heightPx: 16_000, lesions: 6 });
      const truth = truthOf(scene);
      expect(truth).toHaveLength(6);
      const largerThanItc = truth.filter((lesion) => lesion.diameterUm > 200);
      expect(largerThanItc.filter((lesion) => lesion.diameterUm < 600).length * 2).toBeGreaterThanOrEqual(
        largerThanItc.length,
      );
      for (const [index, a] of truth.entries()) {
        for (const b of truth.slice(index + 1)) {
          let nearest = Number.POSITIVE_INFINITY;
          for (const p of a.outline)
            for (const q of b.outline) nearest = Math.min(nearest, Math.hypot(p.x - q.x, p.y - q.y));
          expect(nearest * PHANTOM_MPP).toBeGreaterThanOrEqual(300);
        }
      }
    }
  });

  it('lets an edge lesion cover the slide’s last pixel and ends its truth at the border', () => {
    const scene = composeMetastasisScene({ seed: 9, widthPx: 5001, heightPx: 4003, lesions: [500], edgeLesion: true });
    const outline = truthOf(scene)[0]?.outline ?? [];
    expect(Math.max(...outline.map((p) => p.x))).toBe(5001);
    expect(Math.max(...outline.map((p) => p.y))).toBe(4003);
  });

  it('lays no lesion on a normal slide, whichever way it is asked for', () => {
    const size = { seed: 3, widthPx: 3000, heightPx: 3000 };
    expect(composeMetastasisScene({ ...size, lesions: 0 }).lesions).toHaveLength(0);
    expect(composeMetastasisScene({ ...size, normal: true }).lesions).toHaveLength(0);
  });

  it.each([
    { seed: 1, widthPx: 100, heightPx: 3000 },
    { seed: 1.5, widthPx: 3000, heightPx: 3000 },
    { seed: 1, widthPx: 3000, heightPx: 3000, lesions: [2500] },
    { seed: 1, widthPx: 3000, heightPx: 3000, lesions: 40 },
    { seed: 1, widthPx: 3000, heightPx: 3000, lesions: -1 },
  ])('refuses %o with ARGUMENT_INVALID', (options) => {
    expect(() => composeMetastasisScene(options)).toThrowError(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});
