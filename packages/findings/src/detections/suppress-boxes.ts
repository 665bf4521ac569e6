import Flatbush from 'flatbush';
import type { DetectionRow } from './detection-rows.ts';

interface SuppressionSettings {
  /** A box that overlaps a better one by more than this intersection over union is dropped. */
  readonly nmsIou: number;
  /** true: whatever the two boxes' classes; false: only within a class. */
  readonly exclusive: boolean;
}

/**
 * Greedy non-maximum suppression over boxes that stand in descending order of preference; returns those that stay, in that order.
 * Linear memory; each box is compared with the boxes that touch it, found by a packed R-tree.
 */
export function suppressBoxes<B extends DetectionRow>(ordered: readonly B[], settings: SuppressionSettings): B[] {
  if (ordered.length === 0) return [];
  const tree = new Flatbush(ordered.length);
  for (const { x0, y0, x1, y1 } of ordered) tree.add(x0, y0, x1, y1);
  tree.finish();
  const dropped = new Uint8Array(ordered.length);
  return ordered.filter((box, rank) => {
    if (dropped[rank] === 1) return false;
    for (const other of tree.search(box.x0, box.y0, box.x1, box.y1)) {
      if (other <= rank || dropped[other] === 1) continue;
      const rival = ordered[other] as B;
      const comparable = settings.exclusive || rival.classIndex === box.classIndex;
      if (comparable && intersectionOverUnion(box, rival) > settings.nmsIou) dropped[other] = 1;
    }
    return true;
  });
}

type Box = Pick<DetectionRow, 'x0' | 'y0' | 'x1' | 'y1'>;

function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  const height = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (area(a) + area(b) - width * height);
}

function area({ x0, y0, x1, y1 }: Box): number {
  return (x1 - x0) * (y1 - y0);
}
