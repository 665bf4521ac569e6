import type { Point, SlideLevel, SlideMetadata } from '@gigascope/contracts';

/** Factors per axis; anisotropic slides have x ≠ y. */
export interface Axes {
  readonly x: number;
  readonly y: number;
}

/** A level whose downsample exceeds the target's by less than this still counts as not above it: 4.0007 is 4. */
const LEVEL_TOLERANCE = 1e-3;

/** Picks the level with the largest downsample not above the target's; level 0 when even that is coarser. */
export function chooseLevel(metadata: Pick<SlideMetadata, 'levels'>, targetDownsample: number): SlideLevel {
  const limit = targetDownsample * (1 + LEVEL_TOLERANCE);
  const fitting = metadata.levels.filter((level) => level.index === 0 || level.downsample <= limit);
  return fitting.reduce((best, level) => (level.downsample > best.downsample ? level : best));
}

export function l0ToLevel(point: Point<'l0'>, level: SlideLevel): Point<'level'> {
  return { x: point.x / level.downsample, y: point.y / level.downsample };
}

export function levelToL0(point: Point<'level'>, level: SlideLevel): Point<'l0'> {
  return { x: point.x * level.downsample, y: point.y * level.downsample };
}

/** `targetPerL0`: target pixels per level-0 pixel, mpp / target mpp. */
export function l0ToTarget(point: Point<'l0'>, targetPerL0: Axes): Point<'target'> {
  return { x: point.x * targetPerL0.x, y: point.y * targetPerL0.y };
}

export function targetToL0(point: Point<'target'>, targetPerL0: Axes): Point<'l0'> {
  return { x: point.x / targetPerL0.x, y: point.y / targetPerL0.y };
}

/** Fractional cells: 2.5 is the centre of the third cell. */
export function targetToHeat(point: Point<'target'>, stridePx: number): Point<'heat'> {
  return { x: point.x / stridePx, y: point.y / stridePx };
}

export function heatToTarget(point: Point<'heat'>, stridePx: number): Point<'target'> {
  return { x: point.x * stridePx, y: point.y * stridePx };
}
