import { int } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { requireType, shapeError, type Tensor } from '../tensor.ts';

export function relu(g: GraphBuilder, name: string, x: Tensor): Tensor {
  requireType('Relu', x, 'float32');
  return g.node({ op: 'Relu', name, inputs: [x], dtype: 'float32', shape: x.shape });
}

export function exp(g: GraphBuilder, name: string, x: Tensor): Tensor {
  requireType('Exp', x, 'float32');
  return g.node({ op: 'Exp', name, inputs: [x], dtype: 'float32', shape: x.shape });
}

/** Nothing below `least` (null: no limit) and nothing above `most`. */
export function clip(g: GraphBuilder, name: string, x: Tensor, least: number | null, most: number): Tensor {
  requireType('Clip', x, 'float32');
  const limit = (which: string, value: number) => g.weights(`${name}.${which}`, [], Float32Array.of(value), 'constant');
  return g.node({
    op: 'Clip',
    name,
    inputs: [x, least === null ? null : limit('least', least), limit('most', most)],
    dtype: 'float32',
    shape: x.shape,
  });
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
