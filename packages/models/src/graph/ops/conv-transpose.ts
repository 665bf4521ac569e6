import { int, ints } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { elementsPerPatch, imageShape, requireType, shapeError, type Tensor } from '../tensor.ts';
import { type Initial, initialWeights } from './initial.ts';

interface UpConvOptions extends Initial {
  readonly channels: number;
  /** Kernel and stride alike, so that no two windows overlap and every output has one tap per input channel. */
  readonly factor: number;
}

/**
 * A transposed convolution, [N, in, H, W] → [N, out, H·factor, W·factor]: `<name>.weight` [in, out, factor, factor] as
 * ONNX and PyTorch store it, and `<name>.bias` [out], which begins at zero.
 */
export function upConv(g: GraphBuilder, name: string, x: Tensor, options: UpConvOptions): Tensor {
  requireType('ConvTranspose', x, 'float32');
  const { batch, channels: taps, height, width } = imageShape('ConvTranspose', x);
  const { channels, factor } = options;
  if (!Number.isInteger(channels) || channels < 1 || !Number.isInteger(factor) || factor < 1)
    throw shapeError('ConvTranspose', `${name} has ${channels} channels and factor ${factor}`);
  const shape = [batch, channels, height * factor, width * factor];
  return g.node({
    op: 'ConvTranspose',
    name,
    inputs: [
      x,
      initialWeights(g, `${name}.weight`, [taps, channels, factor, factor], taps, options),
      g.weights(`${name}.bias`, [channels], new Float32Array(channels)),
    ],
    attributes: { kernel_shape: ints([factor, factor]), strides: ints([factor, factor]), group: int(1) },
    dtype: 'float32',
    shape,
    multiplyAdds: elementsPerPatch(shape) * taps,
  });
}
