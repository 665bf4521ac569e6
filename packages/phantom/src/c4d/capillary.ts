import { hashPoint, unit } from '../hash.ts';
import type { PolygonL0 } from '../polygon.ts';

export type CapillaryClass = 'positive' | 'negative';

/** One peritubular capillary: an uneven ellipse. Lengths in level-0 pixels. */
export interface Capillary {
  readonly xL0: number;
  readonly yL0: number;
  /** Half axes of the ellipse and the direction of the longer one. */
  readonly longPx: number;
  readonly shortPx: number;
  readonly cos: number;
  readonly sin: number;
  readonly class: CapillaryClass;
  /** Between three tubules, not two. */
  readonly triangular: boolean;
  /** The wall's outer border; vertices lie on hundredths of a pixel, as the truth file has them. */
  readonly outline: PolygonL0;
  readonly seed: number;
}

const VERTICES = 30;
/** Most that an outline leaves its ellipse, as a factor on its radius. */
export const BULGE = 1.14;

/** An ellipse, not yet outlined. */
export type CapillaryPlace = Omit<Capillary, 'class' | 'outline'>;

/** Draws the outline of a capillary; between three tubules it tends to a rounded triangle. */
export function outlineOf(place: CapillaryPlace): PolygonL0 {
  const hash = hashPoint(place.seed, 5, 6);
  const phase = (n: number) => 2 * Math.PI * unit(hash, n);
  const waves = [
    { lobes: 2, height: 0.03 * unit(hash, 10), phase: phase(0) },
    { lobes: 3, height: place.triangular ? 0.06 : 0.025, phase: phase(1) },
    { lobes: 5, height: 0.025 * unit(hash, 11), phase: phase(2) },
  ];
  const round = (value: number) => Math.round(value * 100) / 100;
  return Array.from({ length: VERTICES }, (_, i) => {
    const angle = (2 * Math.PI * i) / VERTICES;
    const radius = waves.reduce((sum, wave) => sum + wave.height * Math.cos(wave.lobes * angle + wave.phase), 1);
    const u = place.longPx * radius * Math.cos(angle);
    const v = place.shortPx * radius * Math.sin(angle);
    return {
      x: round(place.xL0 + u * place.cos - v * place.sin),
      y: round(place.yL0 + u * place.sin + v * place.cos),
    };
  });
}

/** Half the width of a capillary's ellipse seen along a direction. */
export function supportPx(place: CapillaryPlace, directionX: number, directionY: number): number {
  const u = directionX * place.cos + directionY * place.sin;
  const v = directionY * place.cos - directionX * place.sin;
  return Math.hypot(u * place.longPx, v * place.shortPx);
}

/** A box around an outline, in level-0 pixels. */
export interface BoxL0 {
  readonly x0L0: number;
  readonly y0L0: number;
  readonly x1L0: number;
  readonly y1L0: number;
}

export function boxOf(outline: PolygonL0): BoxL0 {
  const xs = outline.map((p) => p.x);
  const ys = outline.map((p) => p.y);
  return { x0L0: Math.min(...xs), y0L0: Math.min(...ys), x1L0: Math.max(...xs), y1L0: Math.max(...ys) };
}
