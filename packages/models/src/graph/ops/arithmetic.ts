import { int, ints } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { elementType } from '../protos.ts';
import {
  type DataType,
  type Dimension,
  formatShape,
  requireType,
  type Shape,
  sameDimension,
  shapeError,
  type Tensor,
} from '../tensor.ts';

/** Element by element, with broadcasting of sizes 1. */
export function add(g: GraphBuilder, name: string, a: Tensor, b: Tensor): Tensor {
  return elementwise(g, 'Add', name, a, b);
}

export function sub(g: GraphBuilder, name: string, a: Tensor, b: Tensor): Tensor {
  return elementwise(g, 'Sub', name, a, b);
}

export function mul(g: GraphBuilder, name: string, a: Tensor, b: Tensor): Tensor {
  return elementwise(g, 'Mul', name, a, b);
}

export function div(g: GraphBuilder, name: string, a: Tensor, b: Tensor): Tensor {
  return elementwise(g, 'Div', name, a, b);
}

export function cast(g: GraphBuilder, name: string, x: Tensor, dtype: DataType): Tensor {
  return g.node({
    op: 'Cast',
    name,
    inputs: [x],
    attributes: { to: int(elementType(dtype)) },
    dtype,
    shape: x.shape,
  });
}

/** The mean over `axes`, which disappear from the shape; none of them may be the batch. */
export function reduceMean(g: GraphBuilder, name: string, x: Tensor, axes: readonly number[]): Tensor {
  return g.node({
    op: 'ReduceMean',
    name,
    inputs: [x],
    attributes: { axes: ints(axes), keepdims: int(0) },
    dtype: 'float32',
    shape: withoutAxes('ReduceMean', x, axes),
  });
}

/** The sum over `axes`, which disappear from the shape; none of them may be the batch. */
export function reduceSum(g: GraphBuilder, name: string, x: Tensor, axes: readonly number[]): Tensor {
  return g.node({
    op: 'ReduceSum',
    name,
    inputs: [x, g.integers(`${name}.axes`, axes)],
    attributes: { keepdims: int(0) },
    dtype: 'float32',
    shape: withoutAxes('ReduceSum', x, axes),
  });
}

/** `alpha` · x, as a multiplication by a constant named after the node. */
export function scale(g: GraphBuilder, name: string, x: Tensor, alpha: number): Tensor {
  return mul(g, name, x, g.weights(`${name}.by`, [1], Float32Array.of(alpha), 'constant'));
}

function withoutAxes(op: string, x: Tensor, axes: readonly number[]): Shape {
  requireType(op, x, 'float32');
  for (const axis of axes)
    if (typeof x.shape[axis] !== 'number') throw shapeError(op, `axis ${axis} of ${formatShape(x.shape)}`);
  return x.shape.filter((_, axis) => !axes.includes(axis));
}

function elementwise(g: GraphBuilder, op: 'Add' | 'Sub' | 'Mul' | 'Div', name: string, a: Tensor, b: Tensor): Tensor {
  if (a.dtype !== b.dtype) throw shapeError(op, `${a.name} is ${a.dtype}, ${b.name} is ${b.dtype}`);
  return g.node({ op, name, inputs: [a, b], dtype: a.dtype, shape: broadcast(op, a.shape, b.shape) });
}

/** The shape of two tensors side by side where sizes of 1 stretch, as in NumPy. */
export function broadcast(op: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i): Dimension => {
    const da = a[i - rank + a.length] ?? 1;
    const db = b[i - rank + b.length] ?? 1;
    if (db === 1 || sameDimension(da, db)) return da;
    if (da === 1) return db;
    throw shapeError(op, `${formatShape(a)} and ${formatShape(b)} do not go together`);
  });
}
