import { int } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { type Dimension, sameDimension, shapeError, type Tensor } from '../tensor.ts';
import { concat } from './shape.ts';

/** `value` in the shape [first dimension of `like`, ...rest], whatever the run makes of that dimension. */
export function fill(g: GraphBuilder, name: string, like: Tensor, rest: readonly number[], value: number): Tensor {
  const [first] = like.shape;
  if (first === undefined || sameDimension(first, 0)) throw shapeError('Expand', `${like.name} is a scalar`);
  const leading = g.node({
    op: 'Shape',
    name: `${name}.first`,
    inputs: [like],
    attributes: { start: int(0), end: int(1) },
    dtype: 'int64',
    shape: [1],
  });
  const shape: readonly Dimension[] = [first, ...rest];
  return g.node({
    op: 'Expand',
    name,
    inputs: [
      g.weights(`${name}.value`, [1], Float32Array.of(value), 'constant'),
      concat(g, `${name}.shape`, [leading, g.integers(`${name}.rest`, rest)], 0),
    ],
    dtype: 'float32',
    shape,
  });
}
