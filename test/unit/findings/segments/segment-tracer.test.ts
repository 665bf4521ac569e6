import { GigascopeError, type Segment } from '@gigascope/contracts';
import { SegmentTracer } from '@gigascope/findings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaOf, contains, fill, type Mask, masks, picture, settingsFor, trace } from './masks.ts';

const holes = ({ rings }: Segment): number => rings.length - 1;

describe('tracing a class mask', () => {
  it('outlines 2 × 1 pixels by 4 corners, clockwise on the screen', () => {
    const [segment] = trace(picture('....', '.##.', '....'));
    expect(segment).toEqual({ rank: 1, class: 'one', probability: 1, areaUm2: 2, rings: [[1, 2, 1, 1, 3, 1, 3, 2]] });
  });

  it('gives a ring with an island in its hole as two segments, the ring with 1 hole, turning the other way', () => {
    const segments = trace(picture('#####', '#...#', '#.#.#', '#...#', '#####'));
    expect(segments.map(({ areaUm2 }) => areaUm2)).toEqual([1, 16]);
    expect(segments.map(holes)).toEqual([0, 1]);
    expect(segments[1]?.rings.map(areaOf)).toEqual([25, -9]);
  });

  it('keeps two pixels apart that touch by a corner', () => {
    expect(trace(picture('#.', '.#')).map(({ rings }) => rings.map(areaOf))).toEqual([[1], [1]]);
  });

  it('makes a background pixel that is closed in by a corner a hole, which touches the shell there', () => {
    const [segment] = trace(picture('.##', '#.#', '###'));
    expect(segment?.rings.map(areaOf)).toEqual([8, -1]);
    expect(segment?.rings.every((ring) => pointsOf(ring).includes('1 1'))).toBe(true);
  });

  it('finds the 12 regions, areas and holes that scikit-image’s label and regionprops give for a drawn example', () => {
    // label(mask == c, connectivity=1), then area and 1 − euler_number, c = 1 and 2; scikit-image 0.26.0.
    const segments = trace(
      picture(
        '................',
        '.######...###...',
        '.#....#..#...#..',
        '.#.##.#..#.#.#..',
        '.#.##.#...###...',
        '.#....#.........',
        '.####.#..22222..',
        '.....#...2...2..',
        '..##.....2.1.2..',
        '..##..#..2...2..',
        '....##...22222..',
        '................',
      ),
    );
    const ofClass = (name: string) =>
      segments
        .filter((segment) => segment.class === name)
        .map((segment) => [segment.areaUm2, holes(segment)])
        .sort(([a = 0], [b = 0]) => a - b);
    expect(ofClass('one')).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
      [2, 0],
      [2, 0],
      [2, 0],
      [3, 0],
      [4, 0],
      [4, 0],
      [4, 0],
      [19, 0],
    ]);
    expect(ofClass('two')).toEqual([[16, 1]]);
  });

  it('fills back to the same mask on 500 random masks, whatever the strips', () => {
    fc.assert(
      fc.property(masks, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }), (mask, strips) => {
        const segments = trace(mask, {}, strips);
        expect(fill(segments, mask)).toEqual(mask.data);
        expect(segments).toEqual(trace(mask));
      }),
      { numRuns: 500 },
    );
  });

  it('gives one segment for each 4-connected region of a flood fill, with its pixels as its area, on 300 random masks', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const sizes = floodSizes(mask);
        const segments = trace(mask);
        expect(segments.map(({ areaUm2 }) => areaUm2).sort()).toEqual(sizes.sort());
        for (const { areaUm2, rings } of segments) {
          expect(rings.reduce((sum, ring) => sum + areaOf(ring), 0)).toBe(areaUm2);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives valid polygons: each ring passes a point once, the shell turns one way, the holes the other and lie inside it', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        for (const { rings } of trace(mask)) {
          for (const ring of rings) expect(new Set(pointsOf(ring)).size).toBe(ring.length / 2);
          expect(rings.map((ring) => Math.sign(areaOf(ring)))).toEqual(rings.map((_, k) => (k === 0 ? 1 : -1)));
          for (const [x = 0, y = 0] of rings.slice(1)) {
            const inHole = [
              [-0.5, -0.5],
              [-0.5, 0.5],
              [0.5, -0.5],
              [0.5, 0.5],
            ].some(
              ([dx = 0, dy = 0]) => contains(rings.slice(0, 1), x + dx, y + dy) && !contains(rings, x + dx, y + dy),
            );
            expect(inHole).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what a segment says', () => {
  it('holds the mean of its own pixels’ probabilities, 0.6, whatever number they come as', () => {
    const mask = picture('##.', '.#.');
    const values = [0.2, 0.6, 0.9, 0.9, 1, 0.9];
    const forms = [
      Uint8Array.from(values, (p) => p * 255),
      Uint16Array.from(values, (p) => p * 65535),
      Float32Array.from(values),
    ];
    for (const probabilities of forms) {
      const tracer = new SegmentTracer(settingsFor(mask));
      tracer.addStrip({ classes: mask.data, probabilities });
      expect(tracer.finish()[0]?.probability).toBeCloseTo(0.6, 5);
    }
  });

  it('stands in level-0 pixels, 3 × 2 of them to a mask pixel, and ends at the slide’s border', () => {
    const [segment] = trace(picture('....', '..##', '..##'), {
      mpp: 0.75,
      pixelL0: { x: 3, y: 2 },
      slideL0: { width: 10.5, height: 5 },
    });
    expect(segment?.rings).toEqual([[6, 5, 6, 2, 10.5, 2, 10.5, 5]]);
    expect(segment?.areaUm2).toBe(4 * 0.5625);
  });

  it('leaves out regions below 3 µm², and ranks those that stay without a gap, by the row they end in', () => {
    const segments = trace(picture('##..##', '....##', '###...', '......', '.####.'), { minAreaUm2: 3 });
    expect(segments.map(({ rank, areaUm2 }) => [rank, areaUm2])).toEqual([
      [1, 4],
      [2, 3],
      [3, 4],
    ]);
  });
});

describe('memory', () => {
  it('stays under 4 corners a column on a board of 16-pixel squares, 4096 wide and 20,000 rows high', () => {
    const [width, height, side] = [4096, 20_000, 16];
    const rowOf = (odd: number) => Uint8Array.from({ length: width }, (_, x) => (Math.floor(x / side) + odd) % 2);
    const strips = [rowOf(0), rowOf(1)].map((row) =>
      Uint8Array.from({ length: side * width }, (_, k) => row[k % width] as number),
    );
    const probabilities = new Uint8Array(side * width).fill(255);
    const tracer = new SegmentTracer(settingsFor({ width, height }));
    let [most, count] = [0, 0];
    for (let strip = 0; strip < height / side; strip++) {
      count += tracer.addStrip({ classes: strips[strip % 2] as Uint8Array, probabilities }).length;
      most = Math.max(most, tracer.openVertices);
    }
    count += tracer.finish().length;
    expect(count).toBe(((width / side) * (height / side)) / 2);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(4 * width);
    expect(tracer.openVertices).toBe(0);
  });

  it('ends with OUT_OF_MEMORY when open outlines pass the limit of 100 corners, and not while they stay under it', () => {
    const comb = picture(...Array.from({ length: 5 }, (_, y) => (y === 4 ? '#' : '#.').repeat(y === 4 ? 80 : 40)));
    const lattice = picture('#.'.repeat(40), '##'.repeat(40), '#.'.repeat(40));
    expect(() => trace(lattice, { maxOpenVertices: 100 })).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }));
    expect(trace(comb, { maxOpenVertices: 200 })).toHaveLength(1);
  });
});

describe('masks that are refused', () => {
  const mask = picture('#.', '.#');
  const strip = (classes: readonly number[], length = classes.length) => ({
    classes: Uint8Array.from(classes),
    probabilities: new Uint8Array(length),
  });

  it('refuses 3 pixels of a mask 2 wide, too few probabilities, a third row of 2 and an end after 1', () => {
    const tracer = () => new SegmentTracer(settingsFor(mask));
    for (const wrong of [strip([1, 0, 1]), strip([1, 0], 1), strip([1, 0, 0, 0, 1, 1])]) {
      expect(() => tracer().addStrip(wrong)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    }
    const early = tracer();
    early.addStrip(strip([1, 0]));
    expect(() => early.finish()).toThrow(GigascopeError);
  });

  it('refuses a class that the model does not have and a probability that is no number', () => {
    expect(() => trace({ ...mask, data: Uint8Array.from([4, 0, 0, 0]) })).toThrow(
      expect.objectContaining({ code: 'MODEL_OUTPUT_INVALID' }),
    );
    const tracer = new SegmentTracer(settingsFor(mask));
    const probabilities = Float32Array.from([Number.NaN, 0, 0, 1]);
    expect(() => tracer.addStrip({ classes: mask.data, probabilities })).toThrow(
      expect.objectContaining({ code: 'MODEL_OUTPUT_INVALID' }),
    );
  });

  it('refuses a mask of which a whole column lies off the slide', () => {
    expect(() => trace(mask, { slideL0: { width: 1, height: 2 } })).toThrow(GigascopeError);
    expect(trace(mask, { slideL0: { width: 1.5, height: 2 } })).toHaveLength(2);
  });
});

function pointsOf(ring: readonly number[]): string[] {
  return Array.from({ length: ring.length / 2 }, (_, k) => `${ring[2 * k]} ${ring[2 * k + 1]}`);
}

function floodSizes({ width, height, data }: Mask): number[] {
  const seen = new Set<number>();
  const sizes: number[] = [];
  data.forEach((classIndex, seed) => {
    if (classIndex === 0 || seen.has(seed)) return;
    const waiting = [seed];
    let size = 0;
    for (let k = waiting.pop(); k !== undefined; k = waiting.pop()) {
      const [x, y] = [k % width, Math.floor(k / width)];
      if (seen.has(k) || data[k] !== classIndex) continue;
      seen.add(k);
      size++;
      if (x > 0) waiting.push(k - 1);
      if (x < width - 1) waiting.push(k + 1);
      if (y > 0) waiting.push(k - width);
      if (y < height - 1) waiting.push(k + width);
    }
    sizes.push(size);
  });
  return sizes;
}
