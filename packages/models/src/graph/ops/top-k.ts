import { int } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { formatShape, requireType, shapeError, type Tensor } from '../tensor.ts';

/** The `k` largest of each row of [..., n], largest first, equals in their order: values and int64 places, both [..., k]. */
export function topK(g: GraphBuilder, name: string, x: Tensor, k: number): { values: Tensor; places: Tensor } {
  requireType('TopK', x, 'float32');
  const size = x.shape.at(-1);
  if (typeof size !== 'number' || !Number.isInteger(k) || k < 1 || k > size)
    throw shapeError('TopK', `${name} takes ${k} of ${formatShape(x.shape)}`);
  const shape = [...x.shape.slice(0, -1), k];
  const places: Tensor = { name: `${name}.places`, dtype: 'int64', shape };
  const values = g.node({
    op: 'TopK',
    name: `${name}.values`,
    inputs: [x, g.integers(`${name}.k`, [k])],
    attributes: { axis: int(-1), largest: int(1), sorted: int(1) },
    dtype: 'float32',
    shape,
    more: [places],
  });
  return { values, places };
}
