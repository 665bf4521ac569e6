import { ObjectGrowth } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Mask, nearestObjects, pieces, sides } from './growth-oracle.ts';

/** Rows of text as a mask: a dot is background, a digit a class. */
function maskOf(...rows: string[]): Mask {
  const classes = Uint8Array.from(rows.join(''), (char) => (char === '.' ? 0 : Number(char)));
  return { width: rows[0]?.length ?? 0, height: rows.length, classes };
}

function textOf(classes: ArrayLike<number>, width: number): string[] {
  return Array.from({ length: classes.length / width }, (_, y) =>
    Array.from({ length: width }, (_, x) => classes[y * width + x] || '.').join(''),
  );
}

/** Grows a mask that comes in strips of the heights given, over and over. */
function grow(
  { width, height, classes }: Mask,
  growPx: number,
  heights: readonly number[] = [height],
  p = spread(classes),
) {
  const growth = new ObjectGrowth(width, growPx);
  const strips = [];
  for (let y = 0, k = 0; y < height; k++) {
    const end = Math.min(height, y + (heights[k % heights.length] as number));
    const part = { classes: classes.slice(y * width, end * width), probabilities: p.slice(y * width, end * width) };
    strips.push(growth.add(part));
    y = end;
  }
  strips.push(growth.finish());
  return {
    classes: Uint8Array.from(strips.flatMap((strip) => [...strip.classes])),
    probabilities: Float32Array.from(strips.flatMap((strip) => [...strip.probabilities])),
  };
}

/** 0.9 on objects, 0.2 off them. */
function spread(classes: Uint8Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(classes, (kind) => (kind === 0 ? 0.2 : 0.9));
}

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly kind: number;
}

function drawn(width: number, height: number, discs: readonly Disc[]): Mask {
  const classes = new Uint8Array(width * height);
  for (const { x, y, radius, kind } of discs)
    for (let at = 0; at < classes.length; at++)
      if (((at % width) - x) ** 2 + (Math.floor(at / width) - y) ** 2 <= radius ** 2) classes[at] = kind;
  return { width, height, classes };
}

const discs = (width: number, height: number, maxLength: number) =>
  fc.array(
    fc.record({
      x: fc.integer({ min: 0, max: width - 1 }),
      y: fc.integer({ min: 0, max: height - 1 }),
      radius: fc.constantFrom(0, 1, 2, 3, 4.5),
      kind: fc.constantFrom(1, 1, 2),
    }),
    { minLength: 1, maxLength },
  );

/** Masks of some discs of 2 classes that may touch and overlap, or of noise. */
const masks = fc
  .record({ width: fc.integer({ min: 1, max: 26 }), height: fc.integer({ min: 1, max: 26 }) })
  .chain(({ width, height }) =>
    fc.oneof(
      discs(width, height, 9).map((some) => drawn(width, height, some)),
      fc
        .array(fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2), { minLength: width * height, maxLength: width * height })
        .map((classes): Mask => ({ width, height, classes: Uint8Array.from(classes) })),
    ),
  );

describe('growth by hand', () => {
  it('keeps 2 objects 4 px apart two, with 1 px between them, however far they might grow', () => {
    const mask = maskOf('............', '.11....11...', '............');
    expect(textOf(grow(mask, 2).classes, 12)).toEqual(['1111..1111..', '1111.111111.', '1111..1111..']);
    const far = grow(mask, 32);
    expect(textOf(far.classes, 12)).toEqual(Array(3).fill('1111.1111111'));
    expect(pieces({ ...mask, classes: far.classes }).count).toBe(2);
  });

  it('grows a single pixel by 2 px to the disc of 13 pixels', () => {
    const mask = maskOf('.....', '.....', '..1..', '.....', '.....');
    expect(textOf(grow(mask, 2).classes, 5)).toEqual(['..1..', '.111.', '11111', '.111.', '..1..']);
  });

  it('keeps the one pixel between two objects background, and does not move objects that touch', () => {
    expect(textOf(grow(maskOf('1.1'), 5).classes, 3)).toEqual(['1.1']);
    expect(textOf(grow(maskOf('1122'), 5).classes, 4)).toEqual(['1122']);
  });

  it('gives grown pixels the probability of the object’s pixel they grew from, so that means stay the object’s', () => {
    const mask = maskOf('..12.', '.....');
    const p = Float32Array.of(0.7, 0.2, 0.9, 0.6, 0.99, 0.3, 0.3, 0.3, 0.3, 0.3);
    const { classes, probabilities } = grow(mask, 1, [2], p);
    expect(textOf(classes, 5)).toEqual(['.1122', '...2.']);
    expect([...probabilities]).toEqual([0.7, 0.9, 0.9, 0.6, 0.6, 0.3, 0.3, 0.3, 0.6, 0.3].map(Math.fround));
  });
});

describe('growth against the whole image', () => {
  it('is the identity at 0 px, strip by strip', () => {
    fc.assert(
      fc.property(masks, fc.integer({ min: 1, max: 9 }), (mask, rows) => {
        const growth = new ObjectGrowth(mask.width, 0);
        const strip = { classes: mask.classes.slice(0, rows * mask.width), probabilities: new Float32Array(1) };
        expect(growth.add(strip)).toBe(strip);
        expect(growth.finish().classes.length).toBe(0);
        expect([...grow(mask, 0, [rows]).classes]).toEqual([...mask.classes]);
      }),
    );
  });

  it('gives each pixel to a nearest object within 0 to 7 px or leaves it between two, on 300 masks', () => {
    fc.assert(
      fc.property(masks, fc.integer({ min: 0, max: 7 }), (mask, growPx) => {
        const { labels, count } = pieces(mask);
        const nearest = nearestObjects(mask, labels, growPx);
        const grown = grow(mask, growPx);
        const after = pieces({ ...mask, classes: grown.classes });
        const classOf = (label: number) => mask.classes[labels.indexOf(label)];
        // Objects that touch by a side with one class are one; those of two classes may touch, and nothing else does.
        expect(after.count).toBe(count);
        for (let at = 0; at < labels.length; at++) {
          const [own, kind] = [labels[at] as number, grown.classes[at] as number];
          if (own !== 0) expect(kind).toBe(mask.classes[at]);
          else if (kind !== 0) expect([...(nearest[at] ?? [])].map(classOf)).toContain(kind);
        }
        // Each grown piece holds exactly one object.
        const inside = new Map<number, Set<number>>();
        labels.forEach((label, at) => {
          const piece = after.labels[at] as number;
          if (label !== 0) inside.set(piece, (inside.get(piece) ?? new Set()).add(label));
        });
        expect([...inside.values()].every((some) => some.size === 1)).toBe(true);
        expect(inside.size).toBe(count);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves nothing ungrown that is joined to its object by pixels which only that object is near, on 300 masks', () => {
    fc.assert(
      fc.property(masks, fc.integer({ min: 1, max: 7 }), (mask, growPx) => {
        const { width, height } = mask;
        const { labels } = pieces(mask);
        const nearest = nearestObjects(mask, labels, growPx);
        const { classes } = grow(mask, growPx);
        const isOf = (at: number, label: number): boolean => nearest[at]?.size === 1 && nearest[at].has(label);
        // No other object's pixel can come beside such a pixel.
        const isAlone = (at: number, label: number): boolean =>
          isOf(at, label) &&
          sides(at, width, height).every((place) => nearest[place]?.size === 0 || isOf(place, label));
        const seen = new Set([...labels.keys()].filter((at) => labels[at] !== 0));
        const open = [...seen].map((at) => ({ at, label: labels[at] as number }));
        for (let next = open.pop(); next !== undefined; next = open.pop()) {
          const { at, label } = next;
          expect(classes[at], `pixel ${at}`).not.toBe(0);
          for (const place of sides(at, width, height)) {
            if (seen.has(place) || !isAlone(place, label)) continue;
            seen.add(place);
            open.push({ at: place, label });
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a pixel of background between any two objects that had one, whatever their classes', () => {
    fc.assert(
      fc.property(masks, fc.integer({ min: 1, max: 7 }), (mask, growPx) => {
        const { width, height } = mask;
        const before = pieces(mask).labels;
        const { labels } = pieces({ ...mask, classes: grow(mask, growPx).classes });
        for (let at = 0; at < labels.length; at++)
          for (const other of sides(at, width, height)) {
            if (labels[at] === 0 || labels[other] === 0 || labels[at] === labels[other]) continue;
            // Only two pixels that touched before may touch.
            expect(before[at]).not.toBe(0);
            expect(before[other]).not.toBe(0);
          }
      }),
      { numRuns: 300 },
    );
  });
});

describe('growth in strips', () => {
  it('gives the same mask and probabilities for strips of any heights, on 100 slides of 300 rows', () => {
    const [width, height] = [24, 300];
    // Up to 12 discs of at most 9 px, too few to reach from one end of the context to the other.
    fc.assert(
      fc.property(
        discs(width, height, 12),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 4 }),
        (some, growPx, heights) => {
          const mask = drawn(width, height, some);
          const strips = grow(mask, growPx, heights);
          const whole = grow(mask, growPx);
          expect(Buffer.compare(strips.classes, whole.classes)).toBe(0);
          expect([...strips.probabilities]).toEqual([...whole.probabilities]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives every row at most 64 rows later, over 5,000 rows in strips of 16', () => {
    const growth = new ObjectGrowth(8, 3);
    let [taken, given] = [0, 0];
    for (let y = 0; y < 5000; y += 16) {
      const strip = { classes: new Uint8Array(128).fill(y % 64 === 0 ? 1 : 0), probabilities: new Float32Array(128) };
      given += growth.add(strip).classes.length / 8;
      taken += 16;
      expect(taken - given).toBeLessThanOrEqual(64);
    }
    expect(given + growth.finish().classes.length / 8).toBe(taken);
  });
});
