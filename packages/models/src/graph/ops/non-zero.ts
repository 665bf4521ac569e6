import type { GraphBuilder } from '../graph-builder.ts';
import { type Open, requireType, type Tensor } from '../tensor.ts';
import { transpose } from './shape.ts';

/** The places where a bool tensor holds, in row-major order: int64 [count, rank of x]. */
export function nonZero(g: GraphBuilder, name: string, x: Tensor, count: Open): Tensor {
  requireType('NonZero', x, 'bool');
  const rank = x.shape.length;
  const columns = g.node({ op: 'NonZero', name: `${name}.columns`, inputs: [x], dtype: 'int64', shape: [rank, count] });
  return transpose(g, name, columns, [1, 0]);
}
