import { int, ints } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { elementsPerPatch, imageShape, requireType, type Tensor } from '../tensor.ts';
import { type Padding, type Pair, slideWindow } from '../window.ts';
import { type Initial, initialWeights } from './initial.ts';

interface DepthwiseOptions extends Initial {
  readonly kernel: Pair;
  readonly stride?: Pair;
  readonly padding?: Padding;
}

/** A convolution of every channel by itself, with weights `<name>.weight` [C, 1, kh, kw] and no bias. */
export function depthwiseConv(g: GraphBuilder, name: string, x: Tensor, options: DepthwiseOptions): Tensor {
  requireType('Conv', x, 'float32');
  const { batch, channels, height, width } = imageShape('Conv', x);
  const window = slideWindow(`Conv ${name}`, { height, width }, options);
  const taps = options.kernel[0] * options.kernel[1];
  const shape = [batch, channels, window.height, window.width];
  return g.node({
    op: 'Conv',
    name,
    inputs: [x, initialWeights(g, `${name}.weight`, [channels, 1, ...options.kernel], taps, options)],
    attributes: {
      kernel_shape: ints(options.kernel),
      strides: ints(window.stride),
      pads: ints(window.padding),
      group: int(channels),
    },
    dtype: 'float32',
    shape,
    multiplyAdds: elementsPerPatch(shape) * taps,
  });
}
