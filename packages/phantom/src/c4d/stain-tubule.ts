import { unit } from '../hash.ts';
import { clamp01, cloudNoise, smoothstep, valueNoise } from '../noise.ts';
import type { Body } from './bodies.ts';
import type { C4dScene } from './scene.ts';
import type { StainPixel, StainPlace } from './stain-interstitium.ts';
import { c4dPx } from './units.ts';

const MEMBRANE_PX = c4dPx(0.9);
const BRUSH_PX = c4dPx(2.2);

/** Height of a tubule's epithelium in pixels: high in proximal tubules, whose lumen it nearly fills. */
export function epitheliumPx(body: Body): number {
  return body.kind === 'proximal'
    ? Math.min(c4dPx(11 + 5 * unit(body.seed, 1)), 0.66 * body.radiusPx)
    : Math.min(c4dPx(6.5 + 3 * unit(body.seed, 1)), 0.52 * body.radiusPx);
}

/** Basement membrane, epithelium with its brush border, and lumen, from outside inwards. */
export function stainTubule(scene: C4dScene, body: Body, place: StainPlace, out: StainPixel): void {
  const { style } = scene;
  const { depth, x, y, slow, cloud, fine } = place;
  const proximal = body.kind === 'proximal';
  const tone = 0.8 + 0.4 * unit(body.seed, 2);
  const ragged = cloudNoise(body.seed, x / c4dPx(9), y / c4dPx(9));
  const height = epitheliumPx(body) * (1 + (proximal ? 0.2 : 0.14) * ragged);
  const epithelium = smoothstep(height + (proximal ? 6 : 2.5), height - (proximal ? 6 : 2.5), depth);
  const membrane = Math.exp(-(((depth - MEMBRANE_PX) / MEMBRANE_PX) ** 2));
  const brush = proximal ? Math.exp(-(((depth - height + BRUSH_PX) / BRUSH_PX) ** 2)) : 0;
  const cytoplasm = (proximal ? 0.155 : 0.105) * tone * (1 + 0.3 * slow + 0.28 * cloud + 0.2 * fine);
  const haze = style.haze * (1.2 + 0.5 * cloud) + (proximal ? 0.022 : 0.008) * tone;
  const debris = proximal ? 0.04 * clamp01(0.4 + cloud + slow) : 0.012 * clamp01(cloud);
  out.haematoxylin = epithelium * (cytoplasm + 0.035 * brush) + (1 - epithelium) * debris + 0.07 * membrane;
  out.second = epithelium * haze + (1 - epithelium) * 0.006;
  // On the smallest tubules a brown membrane would be a positive capillary to any eye.
  if (body.radiusPx > c4dPx(17) && unit(body.seed, 3) < style.brownMembranes) {
    const patchy = clamp01(0.55 + 0.9 * cloudNoise(body.seed + 5, x / c4dPx(30), y / c4dPx(30)));
    out.second += style.brownMembrane * patchy * membrane;
  }
  if (unit(body.seed, 4) < style.brownGranules) {
    const strength = 0.2 + 0.35 * unit(body.seed, 5);
    const granule = valueNoise(body.seed + 6, x / 4.5, y / 4.5) + 0.5 * valueNoise(body.seed + 7, x / 2.2, y / 2.2);
    out.second += epithelium * strength * clamp01((granule + 0.4 * cloud - 0.2) * 1.5);
  }
  if (unit(body.seed, 6) < style.brownCasts) {
    const strength = 0.15 + 0.5 * unit(body.seed, 7);
    const filled = smoothstep(height + 4, height + 14, depth + 10 * cloud);
    out.second += strength * filled * (0.7 + 0.4 * slow + 0.2 * fine);
    out.haematoxylin += 0.05 * filled;
  } else if (unit(body.seed, 8) < 0.05) {
    // A hyaline cast: smooth, pale blue-grey.
    out.haematoxylin += 0.12 * smoothstep(height + 6, height + 12, depth);
  }
}
