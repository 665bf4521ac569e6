import { evaluateSegments, fillRings, type LabelRaster, tallySegments } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aji, countAji } from '../../../../packages/findings/src/evaluation/aji.ts';
import { dice, pixelIou } from '../../../../packages/findings/src/evaluation/dice.ts';
import { overlapLabels } from '../../../../packages/findings/src/evaluation/label-overlap.ts';

/** A raster from rows of digits; a dot is background. */
const raster = (...rows: string[]): LabelRaster => ({
  width: rows[0]?.length ?? 0,
  height: rows.length,
  labels: Int32Array.from(rows.join(''), (digit) => (digit === '.' ? 0 : Number(digit))),
});
const ajiOf = (truth: LabelRaster, found: LabelRaster): number => aji(countAji(overlapLabels(truth, found)));

const TRUTH = raster('111..2', '111.22', '....22', '33....', '33.55.');
const FOUND = raster('.444.2', '.44.22', '.44.2.', '22....', '...7.9');

describe('Dice, IoU and the aggregated Jaccard index', () => {
  it('are 11 shared of 17 and 15 pixels: Dice 22/32, IoU 11/21', () => {
    const tally = tallySegments(TRUTH, FOUND);
    expect(tally).toMatchObject({ both: 11, truth: 17, predicted: 15, objects: 4, found: 4 });
    expect(dice(tally)).toBe(22 / 32);
    expect(pixelIou(tally)).toBe(11 / 21);
  });

  it('AJI is 11/27: 4/9, 4/7, 2/8 (object 2 chosen again) and 1/2, and 1 px that no true object chose', () => {
    expect(tallySegments(TRUTH, FOUND)).toMatchObject({ joint: 11, union: 27 });
  });

  it('AJI pairs an object with the one of greatest Jaccard index, not of greatest overlap', () => {
    // Of 4 px, 3 are shared with an object of 20 px, 3/21, and 1 with an object of 1 px, 1/4.
    const [truth, found] = [raster(`1111${'.'.repeat(17)}`), raster(`2223${'2'.repeat(17)}`)];
    expect(countAji(overlapLabels(truth, found))).toEqual({ joint: 1, union: 4 + 20 });
  });

  it('AJI of equal ratios takes the lower label: halves 1|2 of an object leave the other half in the denominator', () => {
    expect(countAji(overlapLabels(raster('1111'), raster('1122')))).toEqual({ joint: 2, union: 6 });
    expect(countAji(overlapLabels(raster('1111.'), raster('11222')))).toEqual({ joint: 2, union: 4 + 3 });
  });

  it('AJI adds a missed object and a false one to the denominator: 4 / (4 + 2 + 3)', () => {
    expect(ajiOf(raster('1111.22....'), raster('1111....333'))).toBe(4 / 9);
  });

  it('are 1 of the same raster, whatever its numbers, 0 of an empty prediction, and Dice and IoU are symmetric', () => {
    const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 24, maxLength: 24 });
    const of = (values: readonly number[]): LabelRaster => ({ width: 6, height: 4, labels: Int32Array.from(values) });
    fc.assert(
      fc.property(labels, labels, (a, b) => {
        const renumbered = a.map((value) => (value === 0 ? 0 : 1_000_003 - 7 * value));
        const same = tallySegments(of(a), of(renumbered));
        expect([dice(same), pixelIou(same), aji(same)]).toEqual([1, 1, 1]);
        const [there, back] = [tallySegments(of(a), of(b)), tallySegments(of(b), of(a))];
        expect([dice(there), pixelIou(there)]).toEqual([dice(back), pixelIou(back)]);
        expect(aji(there)).toBeLessThanOrEqual(pixelIou(there) + 1e-12);
        if (a.every((value) => value === 0)) return;
        const none = tallySegments(of(a), of(a.map(() => 0)));
        expect([dice(none), pixelIou(none), aji(none)]).toEqual([0, 0, 0]);
      }),
    );
  });

  it('are 1 when truth and prediction are both empty', () => {
    const none = tallySegments(raster('...'), raster('...'));
    expect([dice(none), pixelIou(none), aji(none)]).toEqual([1, 1, 1]);
  });

  it('refuse rasters of two sizes', () => {
    expect(() => tallySegments(raster('11'), raster('1', '1'))).toThrow(
      /the truth is 2 × 1 px and the prediction 1 × 2 px/,
    );
  });
});

describe('evaluateSegments', () => {
  const whole = tallySegments(raster('1111'), raster('1111'));
  const missed = tallySegments(raster('11..'), raster('....'));

  it('pools pixels and averages images: 8/10 and (1 + 0)/2', () => {
    const {
      dice: pooled,
      diceMean,
      aji: pooledAji,
      images,
      groups,
      objects,
      found,
    } = evaluateSegments([whole, missed]);
    expect([pooled.value, diceMean.value, pooledAji.value]).toEqual([8 / 10, 0.5, 4 / 6]);
    expect({ images, groups, objects, found }).toEqual({ images: 2, groups: 2, objects: 2, found: 1 });
    expect(diceMean.interval).toMatchObject({ low: 0, high: 1, level: 0.95 });
  });

  it('draws groups whole: with both images of one mosaic there is no interval', () => {
    const { diceMean } = evaluateSegments([whole, missed].map((tally) => ({ ...tally, group: 'mosaic 1' })));
    expect(diceMean).toEqual({ value: 0.5, interval: null });
  });

  it('refuses to average nothing', () => {
    expect(() => evaluateSegments([])).toThrow(/no image/);
  });
});

describe('fillRings', () => {
  it('fills pixels whose centre is inside, with a hole, whether or not the ring is closed', () => {
    const shell = [
      [0, 0],
      [5, 0],
      [5, 4],
      [0, 4],
    ] as const;
    const hole = [
      [1, 1],
      [1, 3],
      [3, 3],
      [3, 1],
      [1, 1],
    ] as const;
    expect(fillRings([[shell, hole]], { width: 6, height: 4 })).toEqual(raster('11111.', '1..11.', '1..11.', '11111.'));
  });

  it('clips at the raster, takes a centre on the left edge and leaves one on the right, and lets the later outline win', () => {
    const square = (x0: number, y0: number, x1: number, y1: number) => [
      [
        [x0, y0],
        [x1, y0],
        [x1, y1],
        [x0, y1],
      ] as const,
    ];
    const filled = fillRings([square(-3, -3, 2.5, 9), square(1.5, 0.5, 9, 1.5)], { width: 4, height: 2 });
    expect(filled).toEqual(raster('1222', '11..'));
  });
});
