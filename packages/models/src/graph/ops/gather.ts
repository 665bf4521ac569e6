import { int } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { type Dimension, formatShape, requireType, sameDimension, shapeError, type Tensor } from '../tensor.ts';

/** Takes the slices that int64 `indices` name along one axis, in whose place the shape of `indices` comes. */
export function gather(g: GraphBuilder, name: string, x: Tensor, indices: Tensor, axis: number): Tensor {
  requireType('Gather', indices, 'int64');
  if (x.shape[axis] === undefined) throw shapeError('Gather', `${x.name} has no axis ${axis}`);
  return g.node({
    op: 'Gather',
    name,
    inputs: [x, indices],
    attributes: { axis: int(axis) },
    dtype: x.dtype,
    shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)],
  });
}

/**
 * Takes elements or slices by the places in the last axis of int64 `indices`, [..., r] → [..., rest of x].
 * The first `batchAxes` axes of both are gone through together.
 */
export function gatherNd(g: GraphBuilder, name: string, x: Tensor, indices: Tensor, batchAxes = 0): Tensor {
  requireType('GatherND', indices, 'int64');
  const rank = indices.shape.at(-1);
  const together = x.shape.slice(0, batchAxes).every((d, i) => sameDimension(d, indices.shape[i] as Dimension));
  if (typeof rank !== 'number' || batchAxes + rank > x.shape.length || !together)
    throw shapeError('GatherND', `${formatShape(indices.shape)} into ${formatShape(x.shape)}`);
  return g.node({
    op: 'GatherND',
    name,
    inputs: [x, indices],
    attributes: { batch_dims: int(batchAxes) },
    dtype: x.dtype,
    shape: [...indices.shape.slice(0, -1), ...x.shape.slice(batchAxes + rank)],
  });
}
