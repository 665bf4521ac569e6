import { unit } from '../hash.ts';
import { clamp01, cloudNoise, smoothstep } from '../noise.ts';
import type { Body } from './bodies.ts';
import type { C4dScene } from './scene.ts';
import type { StainPixel, StainPlace } from './stain-interstitium.ts';
import { type C4dTextures, textureAt } from './textures.ts';
import { c4dPx } from './units.ts';

/** Thickness of a vessel's wall in pixels: muscular in arteries and arterioles, thin in veins. */
export function wallPx(body: Body): number {
  if (body.kind === 'vein') return c4dPx(3.5 + 2 * unit(body.seed, 1));
  return body.radiusPx * (body.kind === 'artery' ? 0.36 + 0.16 * unit(body.seed, 1) : 0.5);
}

/** Adventitia, muscle in rings, a folded inner border and the lumen. */
export function stainVessel(
  scene: C4dScene,
  textures: C4dTextures,
  body: Body,
  place: StainPlace,
  out: StainPixel,
): void {
  const { depth, x, y, slow, cloud, fine } = place;
  const wall = wallPx(body);
  const folded = 1 + 0.16 * cloudNoise(body.seed, x / c4dPx(12), y / c4dPx(12));
  const inner = wall * folded;
  const inWall = smoothstep(inner + 2, inner - 2, depth);
  const rings = Math.abs(((((depth * 0.12 + 0.9 * slow + 0.4 * cloud) % 1) + 1) % 1) - 0.5) * 2;
  const intima = Math.exp(-(((depth - inner + c4dPx(0.7)) / c4dPx(1)) ** 2));
  const muscle = 0.12 + 0.06 * rings + 0.03 * fine;
  // Strands of blood that stayed in the lumen.
  const blood = body.kind === 'vein' ? clamp01(0.9 * textureAt(textures.cloud, x >> 1, y >> 1) + 0.1) : 0;
  out.haematoxylin = inWall * muscle + 0.12 * intima + (1 - inWall) * (0.01 + 0.06 * blood);
  const brown = scene.style.brownVessels * unit(body.seed, 2);
  out.second = inWall * (scene.style.haze + 0.025) + (1 - inWall) * 0.06 * blood;
  out.second += brown * (0.8 * intima + 0.35 * inWall * clamp01(0.4 + slow) * rings);
}
