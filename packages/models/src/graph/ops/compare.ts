import { int, ints } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { formatShape, requireType, shapeError, type Tensor } from '../tensor.ts';
import { broadcast } from './arithmetic.ts';

/** Whether a ≥ b, element by element with broadcasting. */
export function greaterOrEqual(g: GraphBuilder, name: string, a: Tensor, b: Tensor): Tensor {
  return compare(g, 'GreaterOrEqual', name, a, b);
}

/** Whether a < b, element by element with broadcasting. */
export function less(g: GraphBuilder, name: string, a: Tensor, b: Tensor): Tensor {
  return compare(g, 'Less', name, a, b);
}

export function and(g: GraphBuilder, name: string, a: Tensor, b: Tensor): Tensor {
  requireType('And', a, 'bool');
  requireType('And', b, 'bool');
  return g.node({ op: 'And', name, inputs: [a, b], dtype: 'bool', shape: broadcast('And', a.shape, b.shape) });
}

/** `yes` where the condition holds, `no` elsewhere. */
export function where(g: GraphBuilder, name: string, condition: Tensor, yes: Tensor, no: Tensor): Tensor {
  requireType('Where', condition, 'bool');
  requireType('Where', no, yes.dtype);
  const shape = broadcast('Where', condition.shape, broadcast('Where', yes.shape, no.shape));
  return g.node({ op: 'Where', name, inputs: [condition, yes, no], dtype: yes.dtype, shape });
}

/** The least value along one axis, which disappears; it may not be the batch. */
export function reduceMin(g: GraphBuilder, name: string, x: Tensor, axis: number): Tensor {
  requireType('ReduceMin', x, 'float32');
  if (typeof x.shape[axis] !== 'number') throw shapeError('ReduceMin', `axis ${axis} of ${formatShape(x.shape)}`);
  return g.node({
    op: 'ReduceMin',
    name,
    inputs: [x],
    attributes: { axes: ints([axis]), keepdims: int(0) },
    dtype: 'float32',
    shape: x.shape.filter((_, i) => i !== axis),
  });
}

function compare(g: GraphBuilder, op: 'GreaterOrEqual' | 'Less', name: string, a: Tensor, b: Tensor): Tensor {
  requireType(op, b, a.dtype);
  return g.node({ op, name, inputs: [a, b], dtype: 'bool', shape: broadcast(op, a.shape, b.shape) });
}
