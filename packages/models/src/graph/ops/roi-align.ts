import { float, int, text } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import {
  type Dimension,
  formatShape,
  imageShape,
  requireType,
  sameDimension,
  shapeError,
  type Tensor,
} from '../tensor.ts';

interface RoiAlignOptions {
  /** Boxes [R, 4], x0 y0 x1 y1. */
  readonly regions: Tensor;
  /** int64 [R]: the image of each box. */
  readonly images: Tensor;
  /** From the boxes' pixels to the map's. */
  readonly scale: number;
  readonly sizePx: number;
  /** Samples along each side of a bin. */
  readonly samples: number;
}

/**
 * RoIAlign (He et al. 2017, arXiv 1703.06870): the mean of bilinear samples in each of `sizePx` × `sizePx` bins of a
 * box, [N, C, H, W] → [R, C, sizePx, sizePx]. A box's corners are not moved by half a pixel, and no side counts as
 * less than 1 px of the map: torchvision's `aligned=False`.
 */
export function roiAlign(g: GraphBuilder, name: string, x: Tensor, options: RoiAlignOptions): Tensor {
  requireType('RoiAlign', x, 'float32');
  requireType('RoiAlign', options.images, 'int64');
  const { channels } = imageShape('RoiAlign', x);
  const [count, corners] = options.regions.shape;
  if (count === undefined || corners !== 4 || !sameDimension(count, options.images.shape[0] as Dimension))
    throw shapeError(
      'RoiAlign',
      `regions ${formatShape(options.regions.shape)} of ${formatShape(options.images.shape)}`,
    );
  return g.node({
    op: 'RoiAlign',
    name,
    inputs: [x, options.regions, options.images],
    attributes: {
      mode: text('avg'),
      coordinate_transformation_mode: text('output_half_pixel'),
      output_height: int(options.sizePx),
      output_width: int(options.sizePx),
      sampling_ratio: int(options.samples),
      spatial_scale: float(options.scale),
    },
    dtype: 'float32',
    shape: [count, channels, options.sizePx, options.sizePx],
  });
}
