import type { Detection, Segment } from '@gigascope/contracts';
import type { AreaL0 } from './view-frame.ts';

/** A box or an outline as it is drawn. */
export interface Finding {
  readonly rank: number;
  readonly class: string;
  readonly probability: number;
  /** The box itself, or the outline's bounds. */
  readonly box: AreaL0;
  /** Of an outline: shell, then holes, level-0 x and y alternating. null of a box. */
  readonly rings: readonly (readonly number[])[] | null;
  readonly areaUm2: number | null;
}

export type FindingKind = 'detections' | 'segments';

export interface FindingSource {
  readonly kind: FindingKind;
  readonly analysisId: string;
  /** Of the whole slide. */
  readonly total: number;
}

export function ofDetection({ x0L0: x0, y0L0: y0, x1L0: x1, y1L0: y1, ...rest }: Detection): Finding {
  return {
    rank: rest.rank,
    class: rest.class,
    probability: rest.probability,
    box: { x0, y0, x1, y1 },
    rings: null,
    areaUm2: null,
  };
}

export function ofSegment(segment: Segment): Finding {
  const { rings } = segment;
  return { ...segment, box: boundsOf(rings[0] ?? []) };
}

function boundsOf(shell: readonly number[]): AreaL0 {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k + 1 < shell.length; k += 2) {
    const [x, y] = [shell[k] as number, shell[k + 1] as number];
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  }
  return { x0, y0, x1, y1 };
}

/** The smallest finding under a level-0 point; `slackL0` around boxes and outlines makes small ones easy to hit. */
export function findingAt(
  findings: readonly Finding[],
  { xL0, yL0 }: { readonly xL0: number; readonly yL0: number },
  slackL0: number,
): Finding | null {
  let best: Finding | null = null;
  for (const finding of findings) {
    const { x0, y0, x1, y1 } = finding.box;
    if (xL0 < x0 - slackL0 || xL0 > x1 + slackL0 || yL0 < y0 - slackL0 || yL0 > y1 + slackL0) continue;
    const small = Math.max(x1 - x0, y1 - y0) <= 2 * slackL0;
    if (finding.rings && !small && !encloses(finding.rings, xL0, yL0)) continue;
    if (best === null || extent(finding) < extent(best)) best = finding;
  }
  return best;
}

const extent = ({ box }: Finding): number => (box.x1 - box.x0) * (box.y1 - box.y0);

/** By the even-odd rule, so that holes are outside. */
function encloses(rings: readonly (readonly number[])[], x: number, y: number): boolean {
  let inside = false;
  for (const ring of rings) {
    let [xBefore, yBefore] = [ring.at(-2) as number, ring.at(-1) as number];
    for (let k = 0; k + 1 < ring.length; k += 2) {
      const [xHere, yHere] = [ring[k] as number, ring[k + 1] as number];
      if (yHere > y !== yBefore > y && x < ((xBefore - xHere) * (y - yHere)) / (yBefore - yHere) + xHere) {
        inside = !inside;
      }
      [xBefore, yBefore] = [xHere, yHere];
    }
  }
  return inside;
}
