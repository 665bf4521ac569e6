import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { greaterOrEqual } from '../../graph/ops/compare.ts';
import { fill } from '../../graph/ops/fill.ts';
import { gather, gatherNd } from '../../graph/ops/gather.ts';
import { nonMaxSuppression } from '../../graph/ops/non-max-suppression.ts';
import { nonZero } from '../../graph/ops/non-zero.ts';
import { scatterNd } from '../../graph/ops/scatter.ts';
import { concat, reshape } from '../../graph/ops/shape.ts';
import { topK } from '../../graph/ops/top-k.ts';
import type { Open, Tensor } from '../../graph/tensor.ts';

/** The score of what takes no part, below every logit. */
export const REJECTED = -1e30;
/** Scores from here down are as good as rejected. */
const NO_SCORE = -1e29;

/**
 * Scores [B, n] of boxes [B, n, 4] after suppression: `REJECTED` where a box went. `scores` [B, groups, n] hold each
 * box's score in its group, and `REJECTED` in the others; groups do not suppress one another.
 */
export function suppress(
  g: GraphBuilder,
  name: string,
  boxes: Tensor,
  scores: Tensor,
  options: { readonly iou: number; readonly above?: number; readonly most: number },
): Tensor {
  const n = boxes.shape[1] as number;
  const groups = scores.shape[1] as number;
  const count: Open = { name: `${name}.count`, most: groups * Math.min(n, options.most) };
  const kept = nonMaxSuppression(g, `${name}.kept`, boxes, scores, { above: NO_SCORE, ...options, count });
  const places = gather(g, `${name}.places`, kept, g.integers(`${name}.columns`, [0, 2]), 1);
  const rejected = fill(g, `${name}.rejected`, scores, [n], REJECTED);
  return scatterNd(g, name, rejected, places, gatherNd(g, `${name}.scores`, scores, kept));
}

/** The best of each row, in row-major order. */
interface Best {
  /** int64 [count, 2]: row and rank. */
  readonly slots: Tensor;
  /** int64 [count, 2]: row and place in the row. */
  readonly places: Tensor;
  /** float32 [count]. */
  readonly scores: Tensor;
}

/** The at most `k` best of each row of scores [B, n] that are not rejected, row by row and best first. */
export function best(g: GraphBuilder, name: string, scores: Tensor, k: number, count: Open): Best {
  const top = topK(g, `${name}.top`, scores, k);
  const least = g.weights(`${name}.least`, [1], Float32Array.of(NO_SCORE), 'constant');
  const slots = nonZero(g, `${name}.slots`, greaterOrEqual(g, `${name}.real`, top.values, least), count);
  return {
    slots,
    places: pair(g, `${name}.places`, slots, gatherNd(g, `${name}.place`, top.places, slots)),
    scores: gatherNd(g, `${name}.scores`, top.values, slots),
  };
}

/** Column 0 of int64 [count, 2] beside int64 [count]. */
function pair(g: GraphBuilder, name: string, slots: Tensor, second: Tensor): Tensor {
  const first = gather(g, `${name}.row`, slots, g.integers(`${name}.zero`, [0]), 1);
  return concat(g, name, [first, reshape(g, `${name}.second`, second, [...second.shape, 1])], 1);
}
