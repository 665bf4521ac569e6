import { unit } from '../hash.ts';
import { clamp01, cloudNoise, smoothstep } from '../noise.ts';
import type { Body } from './bodies.ts';
import type { C4dScene } from './scene.ts';
import type { StainPixel, StainPlace } from './stain-interstitium.ts';
import { type C4dTextures, textureAt } from './textures.ts';
import { c4dPx } from './units.ts';

const CAPSULE_PX = c4dPx(1.4);

/** Depth in pixels below the surface of the tuft, which hangs in Bowman's space from its vascular pole; negative in the space. */
export function tuftDepthPx(body: Body, place: { wx: number; wy: number; depth: number }): number {
  const dx = place.wx - body.xL0;
  const dy = place.wy - body.yL0;
  const pole = 2 * Math.PI * unit(body.seed, 1);
  const distance = Math.hypot(dx, dy) || 1;
  const towardPole = (dx * Math.cos(pole) + dy * Math.sin(pole)) / distance;
  const lobes = cloudNoise(body.seed, place.wx / c4dPx(26), place.wy / c4dPx(26));
  const width = c4dPx(4.5 + 5 * unit(body.seed, 2)) * (1 + 0.9 * lobes) * smoothstep(0.97, 0.7, towardPole);
  // Clefts between the lobes reach deep into the tuft.
  const cleft = c4dPx(14) * smoothstep(0.4, 0.85, lobes) * smoothstep(c4dPx(45), c4dPx(20), place.depth);
  return place.depth - CAPSULE_PX * 2 - Math.max(0, width) - cleft;
}

/** Bowman's capsule, its space, and the tuft: capillary loops around mesangium. Its brown loops are no peritubular capillaries. */
export function stainGlomerulus(
  scene: C4dScene,
  textures: C4dTextures,
  body: Body,
  place: StainPlace,
  out: StainPixel,
): void {
  const { depth, x, y, slow, cloud, fine } = place;
  const { style } = scene;
  const capsule = Math.exp(-(((depth - CAPSULE_PX) / CAPSULE_PX) ** 2));
  const tuft = tuftDepthPx(body, place);
  const inTuft = smoothstep(-2, 2, tuft);
  const offset = body.seed & 511;
  const border = textureAt(
    textures.loops,
    Math.round(x + offset + 7 * cloud),
    Math.round(y + (offset >> 1) + 7 * slow),
  );
  const atEdge = Math.exp(-((tuft / c4dPx(1.1)) ** 2));
  const wall = Math.max(Math.exp(-((border / c4dPx(0.9)) ** 2)), atEdge);
  const mesangium = clamp01(1.6 * cloudNoise(body.seed + 3, x / c4dPx(17), y / c4dPx(17)) + 0.15);
  const lumen = (1 - wall) * (1 - mesangium);
  const mass = Math.max(wall * 0.85, mesangium);
  const brown = style.brownGlomeruli * (0.5 + unit(body.seed, 4)) * (0.65 + 0.5 * slow);
  out.haematoxylin = 0.15 * capsule + inTuft * (0.16 * mass * (1 + 0.3 * fine) + 0.02 * lumen);
  out.second =
    0.03 * capsule +
    inTuft * (style.haze + 0.03) * mass +
    inTuft * Math.max(0, brown) * (0.75 * wall + 0.3 * mesangium);
}
