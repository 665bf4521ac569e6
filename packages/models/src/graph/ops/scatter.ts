import type { GraphBuilder } from '../graph-builder.ts';
import { type Dimension, formatShape, requireType, sameDimension, shapeError, type Tensor } from '../tensor.ts';

/**
 * x with `updates` [K, rest of x] written at the places int64 `indices` [K, r]: the inverse of `gatherNd`. No place
 * may come twice.
 */
export function scatterNd(g: GraphBuilder, name: string, x: Tensor, indices: Tensor, updates: Tensor): Tensor {
  requireType('ScatterND', indices, 'int64');
  requireType('ScatterND', updates, x.dtype);
  const rank = indices.shape.at(-1);
  if (typeof rank !== 'number' || rank > x.shape.length)
    throw shapeError('ScatterND', `${formatShape(indices.shape)} into ${formatShape(x.shape)}`);
  const wanted = [...indices.shape.slice(0, -1), ...x.shape.slice(rank)];
  const fits = wanted.length === updates.shape.length;
  if (!fits || !wanted.every((d, i) => sameDimension(d, updates.shape[i] as Dimension)))
    throw shapeError('ScatterND', `${formatShape(updates.shape)}, not ${formatShape(wanted)}`);
  return g.node({ op: 'ScatterND', name, inputs: [x, indices, updates], dtype: x.dtype, shape: x.shape });
}
