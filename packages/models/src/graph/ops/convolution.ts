import { float, int, ints } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { elementsPerPatch, imageShape, requireType, shapeError, type Tensor } from '../tensor.ts';
import { type Padding, type Pair, slideWindow } from '../window.ts';

interface ConvOptions {
  readonly channels: number;
  /** Height, width. */
  readonly kernel: Pair;
  readonly stride?: Pair;
  readonly padding?: Padding;
  readonly bias?: boolean;
}

/** A convolution whose weights `<name>.weight` [out, in, kh, kw] begin by He's rule; a bias begins at zero. */
export function conv(g: GraphBuilder, name: string, x: Tensor, options: ConvOptions): Tensor {
  requireType('Conv', x, 'float32');
  const { batch, channels, height, width } = imageShape('Conv', x);
  if (!Number.isInteger(options.channels) || options.channels < 1)
    throw shapeError('Conv', `${name} has ${options.channels} channels`);
  const window = slideWindow(`Conv ${name}`, { height, width }, options);
  const taps = channels * options.kernel[0] * options.kernel[1];
  const inputs = [x, g.heWeights(`${name}.weight`, [options.channels, channels, ...options.kernel], taps)];
  if (options.bias === true)
    inputs.push(g.weights(`${name}.bias`, [options.channels], new Float32Array(options.channels)));
  const shape = [batch, options.channels, window.height, window.width];
  return g.node({
    op: 'Conv',
    name,
    inputs,
    attributes: {
      kernel_shape: ints(options.kernel),
      strides: ints(window.stride),
      pads: ints(window.padding),
      group: int(1),
    },
    dtype: 'float32',
    shape,
    multiplyAdds: elementsPerPatch(shape) * taps,
  });
}

/** A convolution with given weights [out, in, kh, kw] that training leaves alone; its multiply-adds are not counted. */
export function fixedConv(
  g: GraphBuilder,
  name: string,
  x: Tensor,
  options: { readonly weights: Tensor; readonly stride: Pair; readonly padding: Padding },
): Tensor {
  requireType('Conv', x, 'float32');
  const { batch, channels, height, width } = imageShape('Conv', x);
  const weights = imageShape('Conv', options.weights);
  if (weights.channels !== channels)
    throw shapeError('Conv', `${name} has weights for ${weights.channels} channels, not ${channels}`);
  const kernel: Pair = [weights.height, weights.width];
  const window = slideWindow(`Conv ${name}`, { height, width }, { ...options, kernel });
  return g.node({
    op: 'Conv',
    name,
    inputs: [x, options.weights],
    attributes: {
      kernel_shape: ints(kernel),
      strides: ints(window.stride),
      pads: ints(window.padding),
      group: int(1),
    },
    dtype: 'float32',
    shape: [batch, weights.batch, window.height, window.width],
  });
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
