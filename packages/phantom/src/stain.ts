import { RandomStream } from './hash.ts';
import { clamp01 } from './noise.ts';

export type Triple = readonly [number, number, number];

/** How one laboratory and one scanner render the two stains; drawn from the slide's seed. */
export interface StainStyle {
  /** Optical density per unit of haematoxylin in R, G, B; unit length. */
  readonly haematoxylin: Triple;
  /** The same of the second dye: eosin, or DAB. */
  readonly second: Triple;
  readonly haematoxylinAmount: number;
  readonly secondAmount: number;
  /** Colour of the bare glass, 0 … 255. */
  readonly glassRgb: Triple;
  /** Sensor noise, standard deviation in grey levels. */
  readonly noiseLevels: number;
  /** Negative sharpens, positive softens (share of a 3×3 binomial blur mixed in). */
  readonly softness: number;
}

/** Ruifrok and Johnston 2001, Anal Quant Cytol Histol 23:291, table 1. */
export const RUIFROK_HAEMATOXYLIN: Triple = [0.65, 0.704, 0.286];
const RUIFROK_EOSIN: Triple = [0.072, 0.99, 0.105];

/**
 * Stains of scanned lymph nodes sit between the textbook's pure dyes and these browner, duller ones, which were fitted
 * by eye to CAMELYON16 patches (nuclei of optical density about 0.7, 0.95, 0.55; cytoplasm about 0.1, 0.3, 0.18).
 */
const SCANNED_HAEMATOXYLIN: Triple = [0.56, 0.7, 0.44];
const SCANNED_EOSIN: Triple = [0.2, 0.84, 0.5];

/** Mixes two unit vectors, shifts the result by `jitter` and makes it unit length again. */
export function blend(a: Triple, b: Triple, share: number, jitter: Triple): Triple {
  const mixed = a.map((value, i) => Math.max(0.01, value + ((b[i] ?? 0) - value) * share + (jitter[i] ?? 0)));
  const length = Math.hypot(...mixed);
  return [(mixed[0] ?? 0) / length, (mixed[1] ?? 0) / length, (mixed[2] ?? 0) / length];
}

/** Draws a slide's stain; the spread is as wide as PatchCamelyon's, from blue-violet over purple to pale pink. */
export function drawStainStyle(seed: number): StainStyle {
  const random = new RandomStream(seed);
  const jitter = (): Triple => [random.between(-0.05, 0.05), random.between(-0.05, 0.05), random.between(-0.05, 0.05)];
  const towardScanned = clamp01(random.between(0.1, 1.3));
  const glass = random.between(232, 248);
  return {
    haematoxylin: blend(RUIFROK_HAEMATOXYLIN, SCANNED_HAEMATOXYLIN, towardScanned, jitter()),
    second: blend(RUIFROK_EOSIN, SCANNED_EOSIN, clamp01(towardScanned + random.between(0, 0.35)), jitter()),
    haematoxylinAmount: random.between(0.75, 1.25),
    secondAmount: random.between(0.55, 1.15),
    glassRgb: [glass + random.between(-3, 3), glass + random.between(-4, 2), glass + random.between(-3, 4)],
    noiseLevels: random.between(0.8, 2.6),
    softness: random.between(-0.45, 0.55),
  };
}

/** Steps per unit of stain in the tables below. */
const STEPS = 256;
const ENTRIES = 1024;

/** Transmission by stain amount (Beer–Lambert), as tables: no exponential is taken per pixel. */
export class StainTable {
  /** [channel][step], first R, G, B of haematoxylin including the glass, then R, G, B of the second dye. */
  readonly #haematoxylin: readonly Float32Array[];
  readonly #second: readonly Float32Array[];

  constructor(style: StainStyle) {
    const table = (vector: Triple, amount: number, light: Triple) =>
      vector.map((density, channel) =>
        Float32Array.from(
          { length: ENTRIES },
          (_, i) => (light[channel] ?? 1) * 10 ** ((-density * amount * i) / STEPS),
        ),
      );
    this.#haematoxylin = table(style.haematoxylin, style.haematoxylinAmount, style.glassRgb);
    this.#second = table(style.second, style.secondAmount, [1, 1, 1]);
  }

  /** Colours a row: rgb[3i..] = the light that passes h[i] of haematoxylin and e[i] of the second dye. */
  colour(h: Float32Array, e: Float32Array, rgb: Float32Array): void {
    const [hr, hg, hb] = this.#haematoxylin as [Float32Array, Float32Array, Float32Array];
    const [er, eg, eb] = this.#second as [Float32Array, Float32Array, Float32Array];
    for (let i = 0, o = 0; i < h.length; i++, o += 3) {
      let qh = ((h[i] as number) * STEPS) | 0;
      let qe = ((e[i] as number) * STEPS) | 0;
      qh = qh < 0 ? 0 : qh >= ENTRIES ? ENTRIES - 1 : qh;
      qe = qe < 0 ? 0 : qe >= ENTRIES ? ENTRIES - 1 : qe;
      rgb[o] = (hr[qh] as number) * (er[qe] as number);
      rgb[o + 1] = (hg[qh] as number) * (eg[qe] as number);
      rgb[o + 2] = (hb[qh] as number) * (eb[qe] as number);
    }
  }
}
