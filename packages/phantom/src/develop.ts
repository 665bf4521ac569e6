import type { Rect } from '@gigascope/contracts';
import { hashPoint, unit } from './hash.ts';
import type { ScratchFloats } from './scratch-floats.ts';
import type { StainStyle, StainTable } from './stain.ts';
import type { StainCanvas } from './stain-canvas.ts';

/** Side of the tileable sensor noise in pixels, and so what bare glass repeats with; a power of two. */
export const GLASS_PERIOD_PX = 256;

/** Makes the sensor's noise: GLASS_PERIOD_PX² RGB values. */
export function makeNoise(seed: number, levels: number): Float32Array<ArrayBuffer> {
  const noise = new Float32Array(GLASS_PERIOD_PX * GLASS_PERIOD_PX * 3);
  for (let i = 0; i < noise.length; i++) {
    const hash = hashPoint(seed, i, 7);
    // Four uniform numbers add up to nearly a normal one, of standard deviation 0.577.
    const sum = unit(hash, 0) + unit(hash, 1) + unit(hash, 2) + unit(hash, 3) - 2;
    noise[i] = (sum / 0.577) * levels;
  }
  return noise;
}

/** Turns stain into colours: the scanner's optics (softness), the two dyes, the sensor's noise. Crops the canvas to `rect`. */
export function develop(
  style: StainStyle,
  stain: StainTable,
  noise: Float32Array,
  canvas: StainCanvas,
  rect: Rect<'l0'>,
  scratch: ScratchFloats,
): Uint8Array<ArrayBuffer> {
  const { width, height } = rect;
  const data = new Uint8Array(width * height * 3);
  const clamped = new Uint8ClampedArray(data.buffer);
  const haematoxylin = scratch.take('haematoxylin row', width);
  const second = scratch.take('second row', width);
  const rgb = scratch.take('rgb row', width * 3);
  for (let y = 0; y < height; y++) {
    const from = (rect.y - canvas.y0 + y) * canvas.width + rect.x - canvas.x0;
    soften(canvas.haematoxylin, from, canvas.width, style.softness, haematoxylin);
    soften(canvas.second, from, canvas.width, style.softness, second);
    stain.colour(haematoxylin, second, rgb);
    const noiseRow = ((rect.y + y) & (GLASS_PERIOD_PX - 1)) * GLASS_PERIOD_PX;
    let o = y * width * 3;
    for (let x = 0, c = 0; x < width; x++, c += 3, o += 3) {
      const n = (noiseRow + ((rect.x + x) & (GLASS_PERIOD_PX - 1))) * 3;
      clamped[o] = (rgb[c] as number) + (noise[n] as number);
      clamped[o + 1] = (rgb[c + 1] as number) + (noise[n + 1] as number);
      clamped[o + 2] = (rgb[c + 2] as number) + (noise[n + 2] as number);
    }
  }
  return data;
}

/** Mixes a 3 × 3 binomial blur into one row that starts at `from` (or, negative, takes it away). */
function soften(plane: Float32Array, from: number, stride: number, softness: number, out: Float32Array): void {
  for (let x = 0, i = from; x < out.length; x++, i++) {
    const here = plane[i] as number;
    const up = i - stride;
    const down = i + stride;
    const cross = (plane[i - 1] as number) + (plane[i + 1] as number) + (plane[up] as number) + (plane[down] as number);
    const diagonal =
      (plane[up - 1] as number) + (plane[up + 1] as number) + (plane[down - 1] as number) + (plane[down + 1] as number);
    const value = here + softness * (0.125 * cross + 0.0625 * diagonal - 0.75 * here);
    out[x] = value;
  }
}
