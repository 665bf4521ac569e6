import { type Attribute, text } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { imageShape, requireType, type Tensor } from '../tensor.ts';

/** Every pixel of [N, C, H, W] becomes a square of `factor` × `factor` pixels like it. */
export function upsampleNearest(g: GraphBuilder, name: string, x: Tensor, factor: number): Tensor {
  return resize(g, name, x, factor, {
    mode: text('nearest'),
    coordinate_transformation_mode: text('asymmetric'),
    nearest_mode: text('floor'),
  });
}

/** As `upsampleNearest`, but interpolated between the pixels' centres; beyond the outermost ones their value goes on. */
export function upsampleLinear(g: GraphBuilder, name: string, x: Tensor, factor: number): Tensor {
  return resize(g, name, x, factor, { mode: text('linear'), coordinate_transformation_mode: text('half_pixel') });
}

function resize(
  g: GraphBuilder,
  name: string,
  x: Tensor,
  factor: number,
  attributes: Readonly<Record<string, Attribute>>,
): Tensor {
  requireType('Resize', x, 'float32');
  const { batch, channels, height, width } = imageShape('Resize', x);
  return g.node({
    op: 'Resize',
    name,
    inputs: [x, null, g.weights(`${name}.scales`, [4], Float32Array.of(1, 1, factor, factor), 'constant')],
    attributes,
    dtype: 'float32',
    shape: [batch, channels, height * factor, width * factor],
  });
}
