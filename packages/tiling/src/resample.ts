import type { RgbImage } from '@gigascope/contracts';

/**
 * How a run of target pixels along one axis is made of level pixels.
 *
 * All weights follow from the target pixel's index in the whole slide, in float64 and in fixed order, so a block gives
 * the same bytes as the whole level would.
 */
export interface AxisPlan {
  /** First level pixel that any of the targets needs, and one past the last. */
  readonly start: number;
  readonly end: number;
  /** Per target pixel: its first level pixel, its number of level pixels, and where its weights begin. */
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly offset: Int32Array;
  readonly weights: Float64Array;
  readonly maxCount: number;
  /** Every target pixel is one level pixel, in order: nothing to compute. */
  readonly identity: boolean;
}

/**
 * Plans target pixels [from, to) of an axis with `scale` level pixels per target pixel and `levelPx` level pixels. `from` may
 * lie between two, `to` a whole number of pixels after it.
 *
 * Above 1, target u is the mean over [u·scale, (u+1)·scale); below 1, linear between pixel centres; level pixels past
 * the edge repeat the edge.
 */
export function planAxis(from: number, to: number, scale: number, levelPx: number): AxisPlan {
  const length = Math.round(to - from);
  const first = new Int32Array(length);
  const count = new Int32Array(length);
  const offset = new Int32Array(length);
  const weights = new Float64Array(length * (Math.ceil(scale) + 2));
  let used = 0;
  let start = levelPx;
  let end = 0;
  let maxCount = 1;
  for (let i = 0; i < length; i++) {
    offset[i] = used;
    const [begin, n] =
      scale > 1
        ? areaTaps(from + i, scale, levelPx, weights, used)
        : linearTaps(from + i, scale, levelPx, weights, used);
    first[i] = begin;
    count[i] = n;
    used += n;
    start = Math.min(start, begin);
    end = Math.max(end, begin + n);
    maxCount = Math.max(maxCount, n);
  }
  return { start, end, first, count, offset, weights, maxCount, identity: scale === 1 && end - start === length };
}

type Taps = readonly [begin: number, count: number];

function areaTaps(target: number, scale: number, levelPx: number, weights: Float64Array, at: number): Taps {
  const low = target * scale;
  const high = Math.min((target + 1) * scale, levelPx);
  if (low >= levelPx - 1) {
    weights[at] = 1;
    return [levelPx - 1, 1];
  }
  const begin = Math.floor(low);
  const count = Math.max(1, Math.ceil(high) - begin);
  for (let k = 0; k < count; k++) {
    const overlap = Math.min(high, begin + k + 1) - Math.max(low, begin + k);
    weights[at + k] = overlap / (high - low);
  }
  return [begin, count];
}

function linearTaps(target: number, scale: number, levelPx: number, weights: Float64Array, at: number): Taps {
  const centre = (target + 0.5) * scale - 0.5;
  const begin = Math.floor(centre);
  const fraction = centre - begin;
  if (begin < 0 || begin >= levelPx - 1 || fraction === 0) {
    weights[at] = 1;
    return [Math.max(0, Math.min(levelPx - 1, begin)), 1];
  }
  weights[at] = 1 - fraction;
  weights[at + 1] = fraction;
  return [begin, 2];
}

/**
 * Resamples `source`, whose pixel (0, 0) is level pixel (planX.start, planY.start) and whose size is the plans' extent.
 * Values are rounded to nearest, halves upwards. Returns `source` itself where both plans are the identity.
 */
export function resample(source: RgbImage, planX: AxisPlan, planY: AxisPlan): RgbImage {
  if (planX.identity && planY.identity) return source;
  const width = planX.first.length;
  const height = planY.first.length;
  const data = new Uint8Array(width * height * 3);
  const rows = new RowCache(source, planX, planY.maxCount + 1, planY.start);
  const sum = new Float64Array(width * 3);
  for (let v = 0; v < height; v++) {
    const begin = planY.first[v] as number;
    const count = planY.count[v] as number;
    const offset = planY.offset[v] as number;
    sum.fill(0.5);
    for (let k = 0; k < count; k++) {
      const row = rows.get(begin + k);
      const weight = planY.weights[offset + k] as number;
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (row[i] as number);
    }
    const out = v * width * 3;
    for (let i = 0; i < sum.length; i++) data[out + i] = sum[i] as number;
  }
  return { width, height, data };
}

/** Level rows resampled along x, kept while the next target rows need them. */
class RowCache {
  readonly #source: RgbImage;
  readonly #plan: AxisPlan;
  readonly #startY: number;
  readonly #rows: Float64Array[];
  readonly #held: Int32Array;

  constructor(source: RgbImage, plan: AxisPlan, size: number, startY: number) {
    this.#source = source;
    this.#plan = plan;
    this.#startY = startY;
    this.#rows = Array.from({ length: size }, () => new Float64Array(plan.first.length * 3));
    this.#held = new Int32Array(size).fill(-1);
  }

  get(levelRow: number): Float64Array {
    const slot = levelRow % this.#rows.length;
    const row = this.#rows[slot] as Float64Array;
    if (this.#held[slot] !== levelRow) {
      this.#held[slot] = levelRow;
      resampleRow(this.#source.data, (levelRow - this.#startY) * this.#source.width * 3, this.#plan, row);
    }
    return row;
  }
}

function resampleRow(data: Uint8Array, rowStart: number, plan: AxisPlan, into: Float64Array): void {
  const { first, count, offset, weights, start } = plan;
  for (let u = 0; u < first.length; u++) {
    let r = 0;
    let g = 0;
    let b = 0;
    let at = rowStart + ((first[u] as number) - start) * 3;
    const from = offset[u] as number;
    const to = from + (count[u] as number);
    for (let k = from; k < to; k++) {
      const weight = weights[k] as number;
      r += weight * (data[at] as number);
      g += weight * (data[at + 1] as number);
      b += weight * (data[at + 2] as number);
      at += 3;
    }
    into[u * 3] = r;
    into[u * 3 + 1] = g;
    into[u * 3 + 2] = b;
  }
}
