import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Shape, Tensor } from '../graph/tensor.ts';

/** Pillow's weights are whole multiples of this for pictures of bytes. */
const UNIT = 2 ** -22;

/**
 * Weights of a resize along one axis, [to, from] row-major: a triangle as wide as two steps, widened when the picture
 * shrinks, and rounded to 22 bits. The same numbers as those of Pillow's BILINEAR, and so of torchvision's Resize on a
 * picture (Pillow src/libImaging/Resample.c, precompute_coeffs and normalize_coeffs_8bpc).
 */
export function resizeWeights(from: number, to: number): Float32Array<ArrayBuffer> {
  const step = from / to;
  const support = Math.max(step, 1);
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * step;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    const row = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs((k + first - centre + 0.5) * (1 / support))),
    );
    const share = 1 / row.reduce((a, b) => a + b, 0);
    row.forEach((weight, k) => {
      weights[i * from + first + k] = Math.trunc(0.5 + (weight * share) / UNIT) * UNIT;
    });
  }
  return weights;
}

/** [rows, columns] → [columns, rows]. */
export function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(matrix, (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)] as number);
}

/** A matrix product over the last two axes; the shape of the result is the caller's to say. */
export function matMul(g: GraphBuilder, name: string, a: Tensor, b: Tensor, shape: Shape): Tensor {
  return g.node({ op: 'MatMul', name, inputs: [a, b], dtype: 'float32', shape });
}
