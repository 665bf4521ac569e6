import type { Lesion } from '@gigascope/contracts';
import type { Finding } from './finding.ts';
import type { PlaceL0 } from './view-frame.ts';

/** What the viewer shows next; a new object makes it go there again. */
export interface Target {
  /** As reviews name findings: lesion-1, detection-3, added-… */
  readonly key: string;
  readonly xL0: number;
  readonly yL0: number;
  /** Side of the square to show; null: the view stays where it is. */
  readonly sideL0: number | null;
  /** null: drawn by another means than the canvas of findings. */
  readonly finding: Finding | null;
}

export const lesionKey = (rank: number): string => `lesion-${rank}`;
export const findingKey = ({ rings, rank }: Finding): string => `${rings === null ? 'detection' : 'segment'}-${rank}`;

/** Shows a lesion with room around it: three diameters, at least 500 µm. */
export function lesionTarget({ rank, xL0, yL0, diameterUm }: Lesion, mppX: number): Target {
  return { key: lesionKey(rank), xL0, yL0, sideL0: Math.max(3 * diameterUm, 500) / mppX, finding: null };
}

/** Shows a finding with the tissue around it: six times its longer side, at least 150 µm. */
export function findingTarget(finding: Finding, mppX: number): Target {
  const { x0, y0, x1, y1 } = finding.box;
  const sideL0 = Math.max(6 * Math.max(x1 - x0, y1 - y0), 150 / mppX);
  return { key: findingKey(finding), xL0: (x0 + x1) / 2, yL0: (y0 + y1) / 2, sideL0, finding };
}

/** A finding that was clicked on is on screen already. */
export function clickedTarget(finding: Finding): Target {
  return { ...findingTarget(finding, 1), sideL0: null };
}

/** Shows a place that a reader named, with 500 µm around it. */
export function placeTarget(key: string, { xL0, yL0 }: PlaceL0, mppX: number): Target {
  return { key, xL0, yL0, sideL0: 500 / mppX, finding: null };
}
