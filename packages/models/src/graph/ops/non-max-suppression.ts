import type { GraphBuilder } from '../graph-builder.ts';
import { formatShape, type Open, requireType, sameDimension, shapeError, type Tensor } from '../tensor.ts';

interface SuppressionOptions {
  /** A box goes when it overlaps a better one by more than this, intersection over union. */
  readonly iou: number;
  /** Only scores above this take part. */
  readonly above: number;
  /** The most that stay in a group. */
  readonly most: number;
  /** How many stay in all. */
  readonly count: Open;
}

/**
 * Non-maximum suppression of boxes [B, n, 4] (two opposite corners, x and y in either order) by scores [B, groups, n],
 * within each group by itself: int64 [count, 3], which are batch, group and box, the best of each group first.
 */
export function nonMaxSuppression(
  g: GraphBuilder,
  name: string,
  boxes: Tensor,
  scores: Tensor,
  options: SuppressionOptions,
): Tensor {
  requireType('NonMaxSuppression', boxes, 'float32');
  requireType('NonMaxSuppression', scores, 'float32');
  const [batch, n, corners] = boxes.shape;
  const [scoreBatch, , scoreN] = scores.shape;
  const complete = batch !== undefined && n !== undefined && scoreBatch !== undefined && scoreN !== undefined;
  if (!complete || corners !== 4 || !sameDimension(batch, scoreBatch) || !sameDimension(n, scoreN))
    throw shapeError('NonMaxSuppression', `${formatShape(boxes.shape)} by ${formatShape(scores.shape)}`);
  const number = (which: string, value: number) =>
    g.weights(`${name}.${which}`, [1], Float32Array.of(value), 'constant');
  return g.node({
    op: 'NonMaxSuppression',
    name,
    inputs: [
      boxes,
      scores,
      g.integers(`${name}.most`, [options.most]),
      number('iou', options.iou),
      number('above', options.above),
    ],
    dtype: 'int64',
    shape: [options.count, 3],
  });
}
