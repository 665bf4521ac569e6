import { type DetectionImage, evaluateDetections } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagePrecision, rankBoxes } from '../../../../packages/findings/src/evaluation/average-precision.ts';
import { overlapBoxes } from '../../../../packages/findings/src/evaluation/box-overlaps.ts';
import { judgeBoxes } from '../../../../packages/findings/src/evaluation/judge-boxes.ts';

const box = (className: string, x0: number, y0: number, x1: number, y1: number) => ({
  class: className,
  x0,
  y0,
  x1,
  y1,
});
const found = (probability: number, ...rest: Parameters<typeof box>) => ({ ...box(...rest), probability });
const judged = (probabilities: readonly number[], hits: readonly number[], objects: number) => ({
  probabilities,
  hits: Uint8Array.from(hits),
  objects,
});
const once = (images: number): Uint32Array => new Uint32Array(images).fill(1);

describe('matching of boxes', () => {
  it('gives an object to the best detection only, though a worse one overlaps it more', () => {
    const objects = [box('a', 0, 0, 10, 10)];
    const overlaps = overlapBoxes([found(0.6, 'a', 0, 0, 10, 10), found(0.9, 'a', 0, 0, 10, 8)], objects);
    expect(overlaps.probabilities).toEqual([0.9, 0.6]);
    expect([...judgeBoxes(overlaps, 0.5).hits]).toEqual([1, 0]);
  });

  it('takes the first of two objects overlapped alike, and of equal probabilities the detection named first', () => {
    const objects = [box('a', 0, 0, 10, 10), box('a', 10, 0, 20, 10)];
    const between = found(0.5, 'a', 5, 0, 15, 10);
    const onFirst = found(0.5, 'a', 0, 0, 10, 10);
    // Between the two it overlaps both by 50 / 150; the first is gone, when it comes first.
    expect([...judgeBoxes(overlapBoxes([between, onFirst], objects), 1 / 3).hits]).toEqual([1, 0]);
    expect([...judgeBoxes(overlapBoxes([onFirst, between], objects), 1 / 3).hits]).toEqual([1, 1]);
  });

  it('counts an overlap of exactly the limit as a hit, and boxes that only touch as none', () => {
    const objects = [box('a', 0, 0, 10, 10)];
    expect([...judgeBoxes(overlapBoxes([found(1, 'a', 0, 0, 10, 5)], objects), 0.5).hits]).toEqual([1]);
    expect([...judgeBoxes(overlapBoxes([found(1, 'a', 0, 0, 10, 4.999)], objects), 0.5).hits]).toEqual([0]);
    expect([...judgeBoxes(overlapBoxes([found(1, 'a', 10, 0, 20, 10)], objects), 1e-9).hits]).toEqual([0]);
  });
});

describe('average precision', () => {
  it('of hit, miss, hit on 2 objects is (51 · 1 + 50 · 2/3) / 101: recall 0 to 0.5 at precision 1, beyond at 2/3', () => {
    const value = averagePrecision(rankBoxes([judged([0.9, 0.8, 0.7], [1, 0, 1], 2)]), once(1));
    expect(value).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 12);
  });

  it('of a miss before the only hit of 1 object is 1/2 at all recalls, 0 included', () => {
    expect(averagePrecision(rankBoxes([judged([0.9, 0.8], [0, 1], 1)]), once(1))).toBe(0.5);
  });

  it('of 57 objects found of 100 without a miss counts 57 recalls, as COCO’s script: 0.57 is 0.5700000000000001 there', () => {
    const all = judged(new Array<number>(57).fill(0.5), new Array<number>(57).fill(1), 100);
    expect(averagePrecision(rankBoxes([all]), once(1))).toBeCloseTo(57 / 101, 12);
  });

  it('keeps equal probabilities in the order of the images: hit before miss is 1, miss before hit 1/2', () => {
    const [hit, miss] = [judged([0.5], [1], 1), judged([0.5], [0], 0)];
    expect(averagePrecision(rankBoxes([hit, miss]), once(2))).toBe(1);
    expect(averagePrecision(rankBoxes([miss, hit]), once(2))).toBe(0.5);
  });

  it('is 0 without detections, NaN without objects', () => {
    expect(averagePrecision(rankBoxes([judged([], [], 3)]), once(1))).toBe(0);
    expect(averagePrecision(rankBoxes([judged([0.5], [0], 0)]), once(1))).toBeNaN();
  });

  it('with an image drawn k times is that of k copies of the image', () => {
    const image = fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.boolean()), { maxLength: 6 }).map((boxes) => {
      const ordered = boxes.toSorted((a, b) => b[0] - a[0]);
      const hits = ordered.map(([, hit]) => (hit ? 1 : 0));
      return judged(
        ordered.map(([p]) => p),
        hits,
        hits.filter(Boolean).length + 1,
      );
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(image, fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 5 }),
        (drawn) => {
          const probabilities = drawn.flatMap(([one]) => one.probabilities);
          // Equal ones stand in the order of the images, which drawing changes.
          fc.pre(new Set(probabilities).size === probabilities.length);
          const ranked = rankBoxes(drawn.map(([one]) => one));
          const weighted = averagePrecision(
            ranked,
            Uint32Array.from(drawn, ([, times]) => times),
          );
          const copies = drawn.flatMap(([one, times]) => new Array<typeof one>(times).fill(one));
          const copied = averagePrecision(rankBoxes(copies), once(copies.length));
          expect(weighted).toEqual(Number.isNaN(copied) ? Number.NaN : expect.closeTo(copied, 12));
        },
      ),
    );
  });
});

/** Three images, two classes, ties, a class without its object in one image. */
const IMAGES: readonly DetectionImage[] = [
  {
    truth: [box('cell', 0, 0, 10, 10), box('cell', 20, 0, 30, 10), box('cell', 21, 1, 31, 11)],
    detections: [
      found(0.9, 'cell', 1, 0, 11, 10),
      found(0.8, 'cell', 20, 0, 31, 10),
      found(0.8, 'cell', 20, 1, 30, 11),
      found(0.7, 'cell', 60, 60, 70, 70),
      found(0.3, 'plate', 0, 0, 10, 10),
    ],
  },
  {
    truth: [box('cell', 5, 5, 15, 20), box('plate', 40, 40, 52, 52)],
    detections: [
      found(0.8, 'cell', 5, 6, 15, 20),
      found(0.6, 'plate', 41, 41, 52, 52),
      found(0.6, 'plate', 40, 40, 50, 50),
      found(0.5, 'cell', 5, 5, 15, 12),
    ],
  },
  {
    truth: [box('plate', 0, 0, 8, 8)],
    detections: [found(0.6, 'plate', 0, 2, 8, 10), found(0.95, 'plate', 30, 30, 40, 40)],
  },
];

describe('evaluateDetections', () => {
  it('gives the figures that training/gigascope_training/detection_figures.py gives of the same boxes', () => {
    const result = evaluateDetections(IMAGES);
    expect(result.ap.value).toBeCloseTo(0.75, 12);
    expect(result.apMean.value).toBeCloseTo(0.5007425742574257, 12);
    expect(result.f1.value).toBeCloseTo(0.75, 12);
    expect(result.classes.map((one) => [one.class, one.ap])).toEqual([
      ['cell', 1],
      ['plate', 0.5],
    ]);
    const strict = evaluateDetections(IMAGES, { iou: 0.75, threshold: 0.65 });
    expect(strict.classes[1]?.ap).toBeCloseTo(0.2524752475247525, 12);
    expect(strict.ap.value).toBeCloseTo(0.6262376237623762, 12);
    expect(strict.f1.value).toBeCloseTo(2 / 3, 12);
  });

  it('counts 6 hits among 10 detections from 0.5 on, of 6 objects: precision 0.6, recall 1', () => {
    expect(evaluateDetections(IMAGES)).toMatchObject({
      precision: { value: 0.6 },
      recall: { value: 1 },
      objects: 6,
      detections: 11,
      images: 3,
      groups: 3,
    });
  });

  it('has an interval that holds the value, and none when all images are of one group', () => {
    const { interval, value } = evaluateDetections(IMAGES).f1;
    expect(interval?.low).toBeLessThanOrEqual(value as number);
    expect(interval?.high).toBeGreaterThanOrEqual(value as number);
    const one = evaluateDetections(IMAGES.map((image) => ({ ...image, group: 'patient 1' })));
    expect(one.f1).toEqual({ value: 0.75, interval: null });
    expect(one.groups).toBe(1);
  });

  it('of a class that is only detected gives no AP, but counts it against F1', () => {
    const image = {
      truth: [box('cell', 0, 0, 9, 9)],
      detections: [found(1, 'cell', 0, 0, 9, 9), found(1, 'dust', 0, 0, 9, 9)],
    };
    const result = evaluateDetections([image]);
    expect(result.ap.value).toBe(1);
    expect(result.f1.value).toBeCloseTo(2 / 3, 12);
    expect(result.classes[1]).toEqual({ class: 'dust', objects: 0, detections: 1, ap: null, apMean: null });
  });

  it('is 1 in everything when each object is detected, and 0 when none is, whatever the objects', () => {
    const side = fc.integer({ min: 1, max: 50 });
    const object = fc
      .tuple(fc.constantFrom('a', 'b'), side, side, side, side)
      .map(([name, x, y, width, height]) => box(name, x, y, x + width, y + height));
    const images = fc.array(
      fc.uniqueArray(object, { minLength: 1, maxLength: 6, selector: (one) => JSON.stringify(one) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(images, (truths) => {
        const perfect = evaluateDetections(
          truths.map((truth) => ({ truth, detections: truth.map((one) => ({ ...one, probability: 0.9 })) })),
          { resamples: 5 },
        );
        const empty = evaluateDetections(
          truths.map((truth) => ({ truth, detections: [] })),
          { resamples: 5 },
        );
        for (const figure of ['ap', 'apMean', 'f1', 'recall'] as const) {
          expect(perfect[figure].value, figure).toBeCloseTo(1, 12);
          expect(empty[figure].value, figure).toBe(0);
        }
        expect(empty.precision.value).toBeNull();
      }),
    );
  });

  it('refuses a truth without any object', () => {
    expect(() => evaluateDetections([{ truth: [], detections: [] }])).toThrow(/the truth holds no object/);
  });
});
