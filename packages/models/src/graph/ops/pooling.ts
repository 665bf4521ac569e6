import { int, ints } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { imageShape, requireType, type Tensor } from '../tensor.ts';
import { type Padding, type Pair, slideWindow } from '../window.ts';

interface PoolOptions {
  readonly kernel: Pair;
  readonly stride?: Pair;
  readonly padding?: Padding;
}

export function maxPool(g: GraphBuilder, name: string, x: Tensor, options: PoolOptions): Tensor {
  return pool(g, 'MaxPool', name, x, options, {});
}

/** Means over windows; `countPadding` says whether padding counts as zeros or not at all. */
export function averagePool(
  g: GraphBuilder,
  name: string,
  x: Tensor,
  options: PoolOptions & { readonly countPadding: boolean },
): Tensor {
  return pool(g, 'AveragePool', name, x, options, { count_include_pad: int(options.countPadding ? 1 : 0) });
}

/** [N, C, H, W] → [N, C, 1, 1]. */
export function globalAveragePool(g: GraphBuilder, name: string, x: Tensor): Tensor {
  requireType('GlobalAveragePool', x, 'float32');
  const { batch, channels } = imageShape('GlobalAveragePool', x);
  return g.node({ op: 'GlobalAveragePool', name, inputs: [x], dtype: 'float32', shape: [batch, channels, 1, 1] });
}

function pool(
  g: GraphBuilder,
  op: 'MaxPool' | 'AveragePool',
  name: string,
  x: Tensor,
  options: PoolOptions,
  attributes: Readonly<Record<string, ReturnType<typeof int>>>,
): Tensor {
  requireType(op, x, 'float32');
  const { batch, channels, height, width } = imageShape(op, x);
  const window = slideWindow(`${op} ${name}`, { height, width }, options);
  return g.node({
    op,
    name,
    inputs: [x],
    attributes: {
      kernel_shape: ints(options.kernel),
      strides: ints(window.stride),
      pads: ints(window.padding),
      ...attributes,
    },
    dtype: 'float32',
    shape: [batch, channels, window.height, window.width],
  });
}
