import type { GraphBuilder } from '../graph-builder.ts';
import { formatShape, imageShape, shapeError, type Tensor } from '../tensor.ts';

interface Range {
  readonly axis: number;
  readonly start: number;
  /** One past the last. */
  readonly end: number;
}

/** Cuts a part out of a tensor: elements `start` to before `end` of each axis named. */
export function slice(g: GraphBuilder, name: string, x: Tensor, ranges: readonly Range[]): Tensor {
  const shape = [...x.shape];
  for (const { axis, start, end } of ranges) {
    const size = x.shape[axis];
    if (typeof size !== 'number' || !(start >= 0 && start < end && end <= size))
      throw shapeError('Slice', `${name} takes ${start} to ${end} of axis ${axis} of ${formatShape(x.shape)}`);
    shape[axis] = end - start;
  }
  return g.node({
    op: 'Slice',
    name,
    inputs: [
      x,
      g.integers(
        `${name}.starts`,
        ranges.map(({ start }) => start),
      ),
      g.integers(
        `${name}.ends`,
        ranges.map(({ end }) => end),
      ),
      g.integers(
        `${name}.axes`,
        ranges.map(({ axis }) => axis),
      ),
    ],
    dtype: x.dtype,
    shape,
  });
}

/** The middle `height` × `width` of [N, C, H, W]; what is cut away must be even, so that there is a middle. */
export function centreCrop(
  g: GraphBuilder,
  name: string,
  x: Tensor,
  size: { readonly height: number; readonly width: number },
): Tensor {
  const { height, width } = imageShape('Slice', x);
  const [top, left] = [(height - size.height) / 2, (width - size.width) / 2];
  if (!Number.isInteger(top) || !Number.isInteger(left))
    throw shapeError('Slice', `${name} has no middle of ${size.height}×${size.width} in ${height}×${width}`);
  return slice(g, name, x, [
    { axis: 2, start: top, end: top + size.height },
    { axis: 3, start: left, end: left + size.width },
  ]);
}
