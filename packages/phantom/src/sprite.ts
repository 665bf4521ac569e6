import { hashPoint, RandomStream } from './hash.ts';
import { clamp01, smoothstep, valueNoise } from './noise.ts';

/** A small picture of one nucleus or cell body in stain amounts, stamped into the slide. Row-major, side². */
export interface Sprite {
  readonly sidePx: number;
  /** 0 … 1: how much it hides what is below. */
  readonly cover: Float32Array<ArrayBuffer>;
  readonly haematoxylin: Float32Array<ArrayBuffer>;
  /** The slide's second dye: eosin, or DAB. */
  readonly second: Float32Array<ArrayBuffer>;
}

/** How one kind of nucleus looks. Lengths in level-0 pixels, stain in amounts (1: a lymphocyte's nucleus). */
export interface NucleusLook {
  readonly diameterPx: readonly [number, number];
  /** Longer over shorter axis. */
  readonly elongation: readonly [number, number];
  /** 0 round … 0.3 ragged. */
  readonly irregularity: number;
  readonly haematoxylin: readonly [number, number];
  readonly second: number;
  /** Extra stain on the nuclear membrane, and its width. */
  readonly membrane: number;
  readonly membranePx: number;
  /** Strength and grain of chromatin. */
  readonly chromatin: number;
  readonly grainPx: number;
  readonly nucleoli: readonly [number, number];
  readonly nucleolusPx: number;
  readonly edgePx: number;
  /** Width of the pale rim of cytoplasm that keeps neighbours apart. */
  readonly haloPx: number;
  /** Fixed direction of the long axis in radians; null: any. */
  readonly angle: number | null;
}

/** Draws one nucleus. */
export function nucleusSprite(look: NucleusLook, seed: number): Sprite {
  const random = new RandomStream(seed);
  const diameter = random.between(...look.diameterPx);
  const stretch = Math.sqrt(random.between(...look.elongation));
  const a = (diameter / 2) * stretch;
  const b = diameter / 2 / stretch;
  const angle = look.angle ?? random.between(0, Math.PI);
  const sidePx = Math.ceil(2 * a * (1 + look.irregularity) + 2 * look.edgePx + 2 * look.haloPx) + 4;
  const amount = random.between(...look.haematoxylin);
  const coarse = random.between(0.6, 1.4);
  const count = Math.round(random.between(...look.nucleoli));
  const nucleoli = Array.from({ length: count }, () => {
    const r = 0.62 * Math.sqrt(random.next());
    const t = random.between(0, 2 * Math.PI);
    return {
      u: r * Math.cos(t) * a,
      v: r * Math.sin(t) * b,
      radius: look.nucleolusPx * random.between(0.6, 1.15),
      strength: random.between(0.5, 1),
    };
  });
  const cover = new Float32Array(sidePx * sidePx);
  const haematoxylin = new Float32Array(sidePx * sidePx);
  const second = new Float32Array(sidePx * sidePx);
  const centre = (sidePx - 1) / 2;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const grain = hashPoint(seed, 1, 2);
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      const u = (x - centre) * cos + (y - centre) * sin;
      const v = (y - centre) * cos - (x - centre) * sin;
      const un = u / a;
      const vn = v / b;
      // Sure to lie outside, however the outline bulges.
      if (un * un + vn * vn > 2.4) continue;
      const bulge = 0.7 * valueNoise(grain, un * 0.9 + 5, vn * 0.9) + 0.45 * valueNoise(grain + 1, un * 2 + 5, vn * 2);
      const radius = Math.sqrt(un * un + vn * vn) * (1 + look.irregularity * bulge);
      const insidePx = (1 - radius) * b;
      const alpha = smoothstep(-look.edgePx, look.edgePx, insidePx);
      const i = y * sidePx + x;
      const halo = look.haloPx > 0 ? 0.42 * smoothstep(-look.edgePx - look.haloPx, -look.edgePx, insidePx) : 0;
      if (alpha <= 0 && halo <= 0) continue;
      const clumps =
        0.65 * valueNoise(grain + 2, u / look.grainPx, v / look.grainPx) +
        0.5 * valueNoise(grain + 3, (2.1 * u) / look.grainPx, (2.1 * v) / look.grainPx) +
        0.26 * valueNoise(grain + 4, u / 2.1, v / 2.1);
      const rim = Math.exp(-(((insidePx - look.membranePx * 0.8) / look.membranePx) ** 2));
      let h = amount * (1 + look.chromatin * coarse * clumps) + look.membrane * rim * (0.75 + 0.5 * clumps);
      let e = look.second;
      for (const nucleolus of nucleoli) {
        const distance = Math.hypot(u - nucleolus.u, v - nucleolus.v) * (1 + 0.35 * clumps);
        const near = smoothstep(nucleolus.radius + 1.5, nucleolus.radius - 1.5, distance);
        h += near * nucleolus.strength * (0.62 - 0.4 * h);
        e += near * 0.22;
      }
      // Nucleus over halo, as one layer: the cover of both and the stain that each contributes.
      const under = halo * (1 - alpha);
      const both = alpha + under;
      cover[i] = both;
      haematoxylin[i] = (Math.max(0.05, h) * alpha + 0.05 * under) / both;
      second[i] = (e * alpha + 0.1 * under) / both;
    }
  }
  return { sidePx, cover, haematoxylin, second };
}

/** How the body of one kind of cell looks. */
export interface BodyLook {
  readonly diameterPx: readonly [number, number];
  readonly elongation: readonly [number, number];
  readonly second: readonly [number, number];
  readonly haematoxylin: number;
  /** Strength of granules or foam, and their size. */
  readonly grain: number;
  readonly grainPx: number;
  /** Stain on the border: positive a visible membrane, negative a pale gap. */
  readonly border: number;
  readonly opacity: number;
  readonly edgePx: number;
}

/** Draws one cell body (cytoplasm), or a red cell. */
export function bodySprite(look: BodyLook, seed: number): Sprite {
  const random = new RandomStream(seed);
  const diameter = random.between(...look.diameterPx);
  const stretch = Math.sqrt(random.between(...look.elongation));
  const a = (diameter / 2) * stretch;
  const b = diameter / 2 / stretch;
  const angle = random.between(0, Math.PI);
  const sidePx = Math.ceil(2.4 * a) + 6;
  const amount = random.between(...look.second);
  const cover = new Float32Array(sidePx * sidePx);
  const haematoxylin = new Float32Array(sidePx * sidePx);
  const second = new Float32Array(sidePx * sidePx);
  const centre = (sidePx - 1) / 2;
  const grainSeed = hashPoint(seed, 3, 4);
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      const u = (x - centre) * Math.cos(angle) + (y - centre) * Math.sin(angle);
      const v = (y - centre) * Math.cos(angle) - (x - centre) * Math.sin(angle);
      const bulge = valueNoise(grainSeed, u / a + 7, v / b);
      const insidePx = (1 - Math.sqrt((u / a) ** 2 + (v / b) ** 2) * (1 + 0.22 * bulge)) * b;
      const alpha = smoothstep(-look.edgePx, look.edgePx, insidePx);
      if (alpha <= 0) continue;
      const i = y * sidePx + x;
      const grain =
        0.6 * valueNoise(grainSeed + 1, u / look.grainPx, v / look.grainPx) +
        0.5 * valueNoise(grainSeed + 2, (2.3 * u) / look.grainPx, (2.3 * v) / look.grainPx);
      const border = look.border * Math.exp(-((insidePx / 2.2) ** 2));
      cover[i] = alpha * look.opacity;
      second[i] = Math.max(0, amount * (1 + look.grain * grain) + border);
      haematoxylin[i] = clamp01(look.haematoxylin * (1 + 0.8 * look.grain * grain) + 0.3 * border);
    }
  }
  return { sidePx, cover, haematoxylin, second };
}
