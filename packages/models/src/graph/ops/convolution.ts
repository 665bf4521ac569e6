import { float, int, ints } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { elementsPerPatch, imageShape, requireType, shapeError, type Tensor } from '../tensor.ts';
import { type Padding, type Pair, slideWindow } from '../window.ts';
import { type Initial, initialWeights } from './initial.ts';

interface FilterOptions extends Initial {
  readonly channels: number;
  /** Height, width. */
  readonly kernel: Pair;
  readonly bias?: boolean;
}

interface WindowOptions {
  readonly stride?: Pair;
  readonly padding?: Padding;
}

interface ConvOptions extends FilterOptions, WindowOptions {
  /** Name of the result where it is not `name`. */
  readonly output?: string;
}

/** What a convolution multiplies by: weights [out, in, kh, kw] and perhaps a bias [out]. */
interface Filters {
  readonly weight: Tensor;
  readonly bias?: Tensor;
}

/** A convolution with weights `<name>.weight` [out, in, kh, kw]; its bias `<name>.bias` [out] begins at zero. */
export function conv(g: GraphBuilder, name: string, x: Tensor, options: ConvOptions): Tensor {
  const filters = convFilters(g, name, imageShape('Conv', x).channels, options);
  return sharedConv(g, options.output ?? name, x, filters, options);
}

/** The weights of a convolution of `channelsIn` channels, to be used in one place or several. */
export function convFilters(g: GraphBuilder, name: string, channelsIn: number, options: FilterOptions): Filters {
  const { channels, kernel } = options;
  if (!Number.isInteger(channels) || channels < 1) throw shapeError('Conv', `${name} has ${channels} channels`);
  const fanIn = channelsIn * kernel[0] * kernel[1];
  const weight = initialWeights(g, `${name}.weight`, [channels, channelsIn, ...kernel], fanIn, options);
  if (options.bias !== true) return { weight };
  return { weight, bias: g.weights(`${name}.bias`, [channels], new Float32Array(channels)) };
}

/** A convolution with weights that others use too. */
export function sharedConv(
  g: GraphBuilder,
  name: string,
  x: Tensor,
  filters: Filters,
  options: WindowOptions = {},
): Tensor {
  const { node, taps } = convNode(name, x, filters, options);
  return g.node({ ...node, multiplyAdds: elementsPerPatch(node.shape) * taps });
}

/** A convolution with given weights [out, in, kh, kw] that training leaves alone; its multiply-adds are not counted. */
export function fixedConv(
  g: GraphBuilder,
  name: string,
  x: Tensor,
  options: WindowOptions & { readonly weights: Tensor },
): Tensor {
  return g.node(convNode(name, x, { weight: options.weights }, options).node);
}

function convNode(name: string, x: Tensor, { weight, bias }: Filters, options: WindowOptions) {
  requireType('Conv', x, 'float32');
  const { batch, channels, height, width } = imageShape('Conv', x);
  const filters = imageShape('Conv', weight);
  if (filters.channels !== channels)
    throw shapeError('Conv', `${name} has weights for ${filters.channels} channels, not ${channels}`);
  const kernel: Pair = [filters.height, filters.width];
  const window = slideWindow(`Conv ${name}`, { height, width }, { ...options, kernel });
  const node = {
    op: 'Conv',
    name,
    inputs: bias === undefined ? [x, weight] : [x, weight, bias],
    attributes: {
      kernel_shape: ints(kernel),
      strides: ints(window.stride),
      pads: ints(window.padding),
      group: int(1),
    },
    dtype: 'float32',
    shape: [batch, filters.batch, window.height, window.width],
  } as const;
  return { node, taps: channels * kernel[0] * kernel[1] };
}

/**
 * Batch normalisation in inference form, kept as a node of its own so that a trainer finds `<name>.gamma`, `.beta`,
 * `.mean` and `.var` [C]; the runtime folds it into the convolution on load.
 */
export function batchNormalization(g: GraphBuilder, name: string, x: Tensor, epsilon: number): Tensor {
  requireType('BatchNormalization', x, 'float32');
  const { channels } = imageShape('BatchNormalization', x);
  const filled = (value: number) => new Float32Array(channels).fill(value);
  return g.node({
    op: 'BatchNormalization',
    name,
    inputs: [
      x,
      g.weights(`${name}.gamma`, [channels], filled(1)),
      g.weights(`${name}.beta`, [channels], filled(0)),
      g.weights(`${name}.mean`, [channels], filled(0), 'statistic'),
      g.weights(`${name}.var`, [channels], filled(1), 'statistic'),
    ],
    attributes: { epsilon: float(epsilon) },
    dtype: 'float32',
    shape: x.shape,
  });
}
