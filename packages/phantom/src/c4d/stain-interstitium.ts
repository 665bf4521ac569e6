import { clamp01 } from '../noise.ts';
import type { C4dScene } from './scene.ts';

/** Stain amounts of one pixel, written by whoever draws it. */
export interface StainPixel {
  haematoxylin: number;
  second: number;
}

/** A pixel, what lies there and three textures of −1 … 1, from broad to fine. */
export interface StainPlace {
  readonly x: number;
  readonly y: number;
  /** The pixel in the coordinates in which bodies are round. */
  readonly wx: number;
  readonly wy: number;
  /** Below the surface of the nearest body, in pixels; negative outside. */
  readonly depth: number;
  readonly slow: number;
  readonly cloud: number;
  readonly fine: number;
}

/** Loose collagen between the tubules: pale, thready, with clefts. */
export function stainInterstitium(scene: C4dScene, place: StainPlace, out: StainPixel): void {
  const { depth, slow, cloud, fine } = place;
  // Fibres run along the tubules: lines of equal distance from them.
  const phase = depth * 0.13 + 2.4 * slow + 0.9 * cloud;
  const wave = Math.abs(phase - Math.floor(phase) - 0.5) * 2;
  const thread = wave * wave * clamp01(0.5 + slow);
  const cleft = clamp01((-0.25 - cloud - 0.4 * slow) * 3);
  const full = 1 - 0.85 * cleft;
  out.haematoxylin = (0.06 + 0.05 * thread + 0.02 * fine) * full;
  out.second = (scene.style.haze * (1 + 0.5 * cloud) + 0.012 * thread) * full;
}
