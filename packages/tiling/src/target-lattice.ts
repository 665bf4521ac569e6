import type { SlideLevel, SlideMetadata } from '@gigascope/contracts';
import { type Axes, chooseLevel } from './pyramid.ts';

/** A whole slide resampled to another pixel size: the level it is read from and how target pixels lie on it. */
export interface TargetLattice {
  readonly level: SlideLevel;
  /** Target pixels per level-0 pixel. */
  readonly targetPerL0: Axes;
  /** Level pixels per target pixel: above 1 the level is averaged, below 1 enlarged, exactly 1 copied. */
  readonly readScale: Axes;
  /** Size of the whole slide in target pixels; the last pixel may reach past the slide. */
  readonly width: number;
  readonly height: number;
}

/** Read scales this near to 1 become 1: nobody measures a pixel to 10 parts per million, and copying is exact. */
const IDENTITY_TOLERANCE = 1e-5;

/** Lays target pixels over a slide, `targetPerL0` of them per level-0 pixel. */
export function createLattice(
  metadata: Pick<SlideMetadata, 'levels' | 'widthL0' | 'heightL0'>,
  targetPerL0: Axes,
): TargetLattice {
  const level = chooseLevel(metadata, Math.min(1 / targetPerL0.x, 1 / targetPerL0.y));
  const x = snap(targetPerL0.x, level.downsample);
  const y = snap(targetPerL0.y, level.downsample);
  return {
    level,
    targetPerL0: { x: x.targetPerL0, y: y.targetPerL0 },
    readScale: { x: x.readScale, y: y.readScale },
    width: Math.max(1, ceilGuarded(metadata.widthL0 * x.targetPerL0)),
    height: Math.max(1, ceilGuarded(metadata.heightL0 * y.targetPerL0)),
  };
}

function snap(targetPerL0: number, downsample: number): { targetPerL0: number; readScale: number } {
  const readScale = 1 / (targetPerL0 * downsample);
  if (Math.abs(readScale - 1) < IDENTITY_TOLERANCE) return { targetPerL0: 1 / downsample, readScale: 1 };
  return { targetPerL0, readScale };
}

/** Rounds up, except that a value a rounding error above a whole number is that number. */
function ceilGuarded(value: number): number {
  const nearest = Math.round(value);
  return Math.abs(value - nearest) <= 1e-9 * Math.max(1, nearest) ? nearest : Math.ceil(value);
}
