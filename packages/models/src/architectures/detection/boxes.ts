import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { clip, exp } from '../../graph/ops/activation.ts';
import { add, mul, scale, sub } from '../../graph/ops/arithmetic.ts';
import { greaterOrEqual, reduceMin } from '../../graph/ops/compare.ts';
import { concat } from '../../graph/ops/shape.ts';
import { slice } from '../../graph/ops/slice.ts';
import type { Tensor } from '../../graph/tensor.ts';

/** Greatest dw and dh that are decoded: a box is at most 62.5 times its anchor. */
const MAX_LOG_SCALE = Math.log(1000 / 16);

/** float32 [..., 2] each. */
export interface Centred {
  readonly centre: Tensor;
  readonly size: Tensor;
}

/** Centre and size of boxes [..., x0 y0 x1 y1]. */
export function centreAndSize(g: GraphBuilder, name: string, boxes: Tensor): Centred {
  const [least, most] = halves(g, name, boxes);
  return {
    centre: scale(g, `${name}.centre`, add(g, `${name}.sum`, least, most), 0.5),
    size: sub(g, `${name}.size`, most, least),
  };
}

/**
 * Boxes [..., x0 y0 x1 y1] within the patch that deltas [..., dx dy dw dh] make of anchors: centre + d · size, size ·
 * e^d (Ren et al. 2015, arXiv 1506.01497, equation 2), as large as ±62.5 times the anchor at most.
 */
export function decode(g: GraphBuilder, name: string, deltas: Tensor, anchors: Centred, patchPx: number): Tensor {
  const [shift, growth] = halves(g, `${name}.delta`, deltas);
  const centre = add(g, `${name}.centre`, anchors.centre, mul(g, `${name}.shift`, shift, anchors.size));
  const factor = exp(g, `${name}.factor`, clip(g, `${name}.growth`, growth, null, MAX_LOG_SCALE));
  const half = scale(g, `${name}.half`, mul(g, `${name}.size`, anchors.size, factor), 0.5);
  const corners = [sub(g, `${name}.begin`, centre, half), add(g, `${name}.end`, centre, half)];
  return clip(g, name, concat(g, `${name}.unclipped`, corners, deltas.shape.length - 1), 0, patchPx);
}

/** Whether boxes [..., 4] are at least `sidePx` wide and high: bool [...]. */
export function largeEnough(g: GraphBuilder, name: string, boxes: Tensor, sidePx: number): Tensor {
  const [least, most] = halves(g, name, boxes);
  const side = reduceMin(g, `${name}.side`, sub(g, `${name}.size`, most, least), boxes.shape.length - 1);
  return greaterOrEqual(g, name, side, g.weights(`${name}.smallest`, [1], Float32Array.of(sidePx), 'constant'));
}

/** The first two and the last two of the four numbers in the last axis. */
export function halves(g: GraphBuilder, name: string, x: Tensor): readonly [Tensor, Tensor] {
  const axis = x.shape.length - 1;
  return [
    slice(g, `${name}.first`, x, [{ axis, start: 0, end: 2 }]),
    slice(g, `${name}.second`, x, [{ axis, start: 2, end: 4 }]),
  ];
}
