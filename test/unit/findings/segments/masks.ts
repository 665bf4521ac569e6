import type { Segment } from '@gigascope/contracts';
import { type SegmentSettings, SegmentTracer } from '@gigascope/findings';
import fc from 'fast-check';

/** A class mask in memory, row-major. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** '.' is background, '#' class 1, a digit its class. */
export function picture(...lines: readonly string[]): Mask {
  const classOf = (c: string): number => (c === '#' ? 1 : c === '.' ? 0 : Number(c));
  return { width: lines[0]?.length ?? 0, height: lines.length, data: Uint8Array.from(lines.join(''), classOf) };
}

/** Noise of 1 to 3 classes, from almost empty to almost full, so that corners touch and holes hold islands. */
export const masks = fc
  .record({
    width: fc.integer({ min: 1, max: 24 }),
    height: fc.integer({ min: 1, max: 24 }),
    share: fc.integer({ min: 1, max: 9 }),
    classes: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ width, height, share, classes }) =>
    fc
      .array(fc.integer({ min: 0, max: 10 * classes - 1 }), { minLength: width * height, maxLength: width * height })
      .map(
        (values): Mask => ({
          width,
          height,
          data: Uint8Array.from(values, (n) => (n % 10 < share ? 1 + Math.floor(n / 10) : 0)),
        }),
      ),
  );

/** Discs of 3 to 20 pixels' radius with holes in them, some of which meet: shapes like nuclei, with long outlines. */
export const discs = fc
  .array(
    fc.record({
      x: fc.integer({ min: 0, max: 79 }),
      y: fc.integer({ min: 0, max: 59 }),
      radius: fc.double({ min: 3, max: 20, noNaN: true }),
      holeShare: fc.double({ min: 0, max: 1.2, noNaN: true }),
      tilt: fc.double({ min: 0.4, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((list): Mask => {
    const [width, height] = [80, 60];
    const data = new Uint8Array(width * height);
    for (const { x, y, radius, holeShare, tilt } of list) {
      for (let k = 0; k < data.length; k++) {
        const distance = Math.hypot((k % width) - x, (Math.floor(k / width) - y) / tilt);
        if (distance < radius) data[k] = distance < radius * (holeShare - 0.4) ? 0 : 1;
      }
    }
    return { width, height, data };
  });

const CLASSES = ['background', 'one', 'two', 'three'];

export function settingsFor({ width, height }: Pick<Mask, 'width' | 'height'>): SegmentSettings {
  return {
    classes: CLASSES,
    widthPx: width,
    heightPx: height,
    mpp: 1,
    pixelL0: { x: 1, y: 1 },
    slideL0: { width, height },
    simplifyUm: 0,
    minAreaUm2: 0,
  };
}

/** Traces a mask in strips of the given heights, used in turn. */
export function trace(
  mask: Mask,
  changes: Partial<SegmentSettings> = {},
  stripRows: readonly number[] = [1],
): Segment[] {
  const tracer = new SegmentTracer({ ...settingsFor(mask), ...changes });
  const segments: Segment[] = [];
  for (let row = 0, k = 0; row < mask.height; k++) {
    const rows = Math.min(mask.height - row, stripRows[k % stripRows.length] as number);
    const classes = mask.data.slice(row * mask.width, (row + rows) * mask.width);
    segments.push(...tracer.addStrip({ classes, probabilities: new Uint8Array(classes.length).fill(255) }));
    row += rows;
  }
  return [...segments, ...tracer.finish()];
}

/** Whether a point lies inside a polygon, by the even-odd rule over all its rings. */
export function contains(rings: Segment['rings'], x: number, y: number): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let k = 0; k < ring.length; k += 2) {
      const [ax, ay] = [ring[k] as number, ring[k + 1] as number];
      const [bx, by] = [ring[(k + 2) % ring.length] as number, ring[(k + 3) % ring.length] as number];
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    }
  }
  return inside;
}

/** Fills polygons back into a mask, by even-odd at pixel centres; later ones over earlier ones. */
export function fill(segments: readonly Segment[], { width, height }: Pick<Mask, 'width' | 'height'>): Uint8Array {
  const data = new Uint8Array(width * height);
  for (const { class: name, rings } of segments) {
    for (let k = 0; k < data.length; k++) {
      if (contains(rings, (k % width) + 0.5, Math.floor(k / width) + 0.5)) data[k] = CLASSES.indexOf(name);
    }
  }
  return data;
}

/** Area by the shoelace formula, y down: positive when clockwise on the screen. */
export function areaOf(ring: readonly number[]): number {
  let twice = 0;
  for (let k = 0; k < ring.length; k += 2) {
    const [bx, by] = [ring[(k + 2) % ring.length] as number, ring[(k + 3) % ring.length] as number];
    twice += (ring[k] as number) * by - bx * (ring[k + 1] as number);
  }
  return twice / 2;
}
