import { int } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { requireType, shapeError, type Tensor } from '../tensor.ts';

export function relu(g: GraphBuilder, name: string, x: Tensor): Tensor {
  requireType('Relu', x, 'float32');
  return g.node({ op: 'Relu', name, inputs: [x], dtype: 'float32', shape: x.shape });
}

/** Probabilities over one axis, which may not be the batch. */
export function softmax(g: GraphBuilder, name: string, x: Tensor, axis: number): Tensor {
  requireType('Softmax', x, 'float32');
  if (typeof x.shape[axis] !== 'number') throw shapeError('Softmax', `axis ${axis} is no axis of classes`);
  return g.node({
    op: 'Softmax',
    name,
    inputs: [x],
    attributes: { axis: int(axis) },
    dtype: 'float32',
    shape: x.shape,
  });
}
