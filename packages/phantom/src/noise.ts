import { hashPoint } from './hash.ts';

/** Smooth value noise in −1 … 1 with features one unit wide; never repeats. */
export function valueNoise(seed: number, x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const sx = fx * fx * (3 - 2 * fx);
  const sy = fy * fy * (3 - 2 * fy);
  const a = hashPoint(seed, x0, y0);
  const b = hashPoint(seed, x0 + 1, y0);
  const c = hashPoint(seed, x0, y0 + 1);
  const d = hashPoint(seed, x0 + 1, y0 + 1);
  const top = a + (b - a) * sx;
  const bottom = c + (d - c) * sx;
  return (top + (bottom - top) * sy) / 2147483648 - 1;
}

/** Two octaves of value noise, rotated against each other so that no lattice direction shows; about −1 … 1. */
export function cloudNoise(seed: number, x: number, y: number): number {
  return (
    0.68 * valueNoise(seed, 0.8 * x + 0.6 * y, 0.8 * y - 0.6 * x) +
    0.42 * valueNoise(seed ^ 0x3c6ef372, 2.1 * x - 0.7 * y, 0.7 * x + 2.1 * y)
  );
}

export function clamp01(value: number): number {
  if (value <= 0) return 0;
  if (value >= 1) return 1;
  return value;
}

/** Rises smoothly from 0 at `low` to 1 at `high`. */
export function smoothstep(low: number, high: number, value: number): number {
  const t = clamp01((value - low) / (high - low));
  return t * t * (3 - 2 * t);
}

/** Side of every tileable texture in pixels; a power of two, so that wrapping is a bit mask. */
export const TEXTURE_SIDE_PX = 512;

/**
 * Makes a tileable texture of TEXTURE_SIDE_PX² values in about −1 … 1 whose coarsest features are `featurePx` wide.
 * `featurePx` must divide TEXTURE_SIDE_PX.
 */
export function tileableTexture(seed: number, featurePx: number, octaves: number): Float32Array<ArrayBuffer> {
  const side = TEXTURE_SIDE_PX;
  const texture = new Float32Array(side * side);
  let amplitude = 0.7;
  for (let octave = 0; octave < octaves; octave++) {
    const step = Math.max(1, featurePx >> octave);
    const cells = side / step;
    const wrap = cells - 1;
    const lattice = Float64Array.from({ length: cells * cells }, (_, k) =>
      hashPoint(seed + octave, k % cells, Math.floor(k / cells)),
    );
    for (let y = 0; y < side; y++) {
      const row = Math.floor(y / step) * cells;
      const below = ((row / cells + 1) & wrap) * cells;
      const fy = (y % step) / step;
      const sy = fy * fy * (3 - 2 * fy);
      for (let x = 0; x < side; x++) {
        const column = Math.floor(x / step);
        const fx = (x % step) / step;
        const sx = fx * fx * (3 - 2 * fx);
        const right = (column + 1) & wrap;
        const a = lattice[row + column] as number;
        const b = lattice[row + right] as number;
        const c = lattice[below + column] as number;
        const d = lattice[below + right] as number;
        const value = (a + (b - a) * sx) * (1 - sy) + (c + (d - c) * sx) * sy;
        const i = y * side + x;
        texture[i] = (texture[i] as number) + amplitude * (value / 2147483648 - 1);
      }
    }
    amplitude *= 0.6;
  }
  return texture;
}
