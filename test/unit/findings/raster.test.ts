import type { ByteRaster } from '@gigascope/contracts';
import { CAMELYON16_SCALE, lesionTruth } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelComponents } from '../../../packages/findings/src/raster/connected-components.ts';
import { NO_SITE, squaredDistances } from '../../../packages/findings/src/raster/distance-transform.ts';
import { fillHoles } from '../../../packages/findings/src/raster/hole-fill.ts';
import { measureRegions } from '../../../packages/findings/src/region-measures.ts';

function picture(...lines: readonly string[]): ByteRaster {
  return {
    width: lines[0]?.length ?? 0,
    height: lines.length,
    data: Uint8Array.from(lines.join(''), (c) => (c === '#' ? 1 : 0)),
  };
}

const masks = fc
  .record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    share: fc.integer({ min: 1, max: 9 }),
  })
  .chain(({ width, height, share }) =>
    fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: width * height, maxLength: width * height })
      .map((cells): ByteRaster => ({ width, height, data: Uint8Array.from(cells, (n) => (n < share ? 1 : 0)) })),
  );

const pixels = ({ width, data }: ByteRaster) =>
  [...data].map((value, k) => ({ value, k, x: k % width, y: Math.floor(k / width) }));

describe('distance transform', () => {
  it('equals the smallest distance over all pairs of pixels on 300 random masks', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const sites = pixels(mask).filter(({ value }) => value === 1);
        const expected = pixels(mask).map(({ x, y }) =>
          Math.min(NO_SITE, ...sites.map((s) => (s.x - x) ** 2 + (s.y - y) ** 2)),
        );
        expect([...squaredDistances(mask)]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a mask whose squares would not fit 31 bits', () => {
    expect(() => squaredDistances({ width: 46341, height: 1, data: new Uint8Array(46341) })).toThrow(/too large/);
  });
});

describe('hole filling', () => {
  it('fills a hole whose way out is only diagonal and leaves a bay that is open to the side', () => {
    expect([...fillHoles(picture('.###', '##.#', '#.##', '##..')).data].join('')).toBe('0111111111111100');
    expect([...fillHoles(picture('####', '#..#', '#.##', '#.##')).data].join('')).toBe('1111100110111011');
  });

  it('keeps the mask, changes nothing a second time and leaves no background off the border’s, on random masks', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const filled = fillHoles(mask);
        expect(mask.data.every((value, k) => (filled.data[k] ?? 0) >= value)).toBe(true);
        expect(fillHoles(filled)).toEqual(filled);
        const border = pixels(mask).filter(
          ({ x, y }) => x === 0 || y === 0 || x === mask.width - 1 || y === mask.height - 1,
        );
        for (const { k, value } of border) expect(filled.data[k]).toBe(value);
      }),
    );
  });
});

describe('connected components', () => {
  it('joins diagonal neighbours and numbers 4 components in row-major order', () => {
    const { labels, count } = labelComponents(picture('#..#', '.#..', '...#', '##..'));
    expect(count).toBe(4);
    expect([...labels].join('')).toBe('1002' + '0100' + '0003' + '4400');
  });

  it('gives two touching pixels the same label and every label at least one pixel, on random masks', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const { labels, count } = labelComponents(mask);
        expect(new Set([...labels].filter((label) => label > 0)).size).toBe(count);
        const on = pixels(mask).filter(({ value }) => value === 1);
        for (const a of on) {
          for (const b of on) {
            if (Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) <= 1) expect(labels[a.k]).toBe(labels[b.k]);
          }
        }
      }),
    );
  });
});

describe('region measures', () => {
  it('finds the longest distance that all pairs of cells give, on random masks', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const components = labelComponents(mask);
        measureRegions(components).forEach(({ cells, longestDistance }, k) => {
          const own = pixels(mask).filter((pixel) => components.labels[pixel.k] === k + 1);
          expect(cells).toBe(own.length);
          const farthest = (a: { x: number; y: number }) =>
            Math.max(...own.map((b) => Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2)));
          expect(longestDistance).toBe(Math.max(...own.map(farthest)));
        });
      }),
    );
  });
});

describe('CAMELYON16 truth', () => {
  it('joins tumour with 8 px of background between, since each side grows by 4 px, and keeps 9 px two lesions', () => {
    // Growth reaches distances up to 4.8225 px, so 4 px straight on: a gap of 8 free pixels closes, one of 9 leaves a pixel.
    const gap = (free: number) => {
      const data = new Uint8Array(100 * 30);
      data.fill(255, 1500 + 30, 1500 + 40);
      data.fill(255, 1500 + 40 + free, 1500 + 50 + free);
      return lesionTruth({ width: 100, height: 30, data }, CAMELYON16_SCALE, 'strict').count;
    };
    expect(gap(8)).toBe(1);
    expect(gap(9)).toBe(2);
  });

  it('calls a line of 23 px an ITC (axis 34.4 px) and one of 24 px none (35.5 px): the limit is 35.365 px', () => {
    // Grown by d < 4.8225, row dy of a line of n px is n + 2·floor(√(23 − dy²)) long: n + 8 for |dy| ≤ 2, n + 6 at 3, n + 4 at 4.
    const axis = (n: number) => {
      const lengths = [4, 6, 8, 8, 8, 8, 8, 6, 4].map((extra) => n + extra);
      const moment = lengths.reduce((sum, length) => sum + (length * (length * length - 1)) / 12, 0);
      return 4 * Math.sqrt(moment / lengths.reduce((sum, length) => sum + length, 0));
    };
    const isItc = (n: number) => {
      const data = new Uint8Array(100 * 30);
      data.fill(255, 1500 + 30, 1500 + 30 + n);
      return lesionTruth({ width: 100, height: 30, data }, CAMELYON16_SCALE, 'strict').isItc;
    };
    for (let n = 15; n < 40; n++) expect(isItc(n)).toEqual([axis(n) < 35.365]);
    expect([isItc(23), isItc(24)]).toEqual([[true], [false]]);
  });

  it('fills the hole of a ring of tumour, so that a detection inside hits it', () => {
    const data = new Uint8Array(80 * 80);
    for (let k = 0; k < data.length; k++) {
      const r = Math.hypot((k % 80) - 40, Math.floor(k / 80) - 40);
      if (r >= 25 && r <= 28) data[k] = 1;
    }
    const truth = lesionTruth({ width: 80, height: 80, data }, CAMELYON16_SCALE, 'strict');
    expect(truth.labels[40 * 80 + 40]).toBe(1);
    expect(truth.isItc).toEqual([false]);
  });
});
