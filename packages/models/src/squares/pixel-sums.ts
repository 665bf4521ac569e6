import type { GraphBuilder } from '../graph/graph-builder.ts';
import { cast, reduceSum } from '../graph/ops/arithmetic.ts';
import { fixedConv } from '../graph/ops/convolution.ts';
import { concat, reshape } from '../graph/ops/shape.ts';
import { slice } from '../graph/ops/slice.ts';
import { formatShape, shapeError, type Tensor } from '../graph/tensor.ts';

export const COLOURS = 3;
/** Rows of sums made at a time: what is made of them between, as float32, stays in a core's cache. */
const STRIP = 16;

/**
 * Sums of `factor` pixels one below the other: uint8 [1, 1, rows, w] → float32 [1, ⌊rows / factor⌋, w]. Made in strips: a
 * square's bytes as float32 are 17 MB, which took as long to write and to read as the sums themselves.
 */
export function sumsDown(g: GraphBuilder, name: string, plane: Tensor, factor: number): Tensor {
  const [, , rows, width] = plane.shape;
  if (typeof rows !== 'number' || typeof width !== 'number')
    throw shapeError('sums', `${plane.name} is ${formatShape(plane.shape)}`);
  const high = Math.floor(rows / factor);
  const strips: Tensor[] = [];
  for (let top = 0; top < high; top += STRIP) {
    const own = `${name}.${top}`;
    const count = Math.min(STRIP, high - top);
    const cut = slice(g, `${own}.cut`, plane, [{ axis: 2, start: top * factor, end: (top + count) * factor }]);
    const apart = reshape(g, `${own}.apart`, cast(g, `${own}.cast`, cut, 'float32'), [1, count, factor, width]);
    strips.push(reduceSum(g, own, apart, [2]));
  }
  return concat(g, name, strips, 1);
}

/**
 * Sums of `factor` pixels side by side, colour by colour: float32 [1, h, 3 · w] → [1, 3, h + bottom, ⌊(w + right) / factor⌋];
 * `bottom` rows and `right` pixels of zeros are added first.
 */
export function sumsAcross(
  g: GraphBuilder,
  name: string,
  lines: Tensor,
  factor: number,
  { bottom = 0, right = 0 }: { readonly bottom?: number; readonly right?: number } = {},
): Tensor {
  const [, height = 0, width = 0] = lines.shape;
  const taps = factor * COLOURS;
  const picks = Float32Array.from({ length: COLOURS * taps }, (_, i) => (i % COLOURS === Math.floor(i / taps) ? 1 : 0));
  return fixedConv(g, name, reshape(g, `${name}.image`, lines, [1, 1, height, width]), {
    weights: g.weights(`${name}.picks`, [COLOURS, 1, 1, taps], picks, 'constant'),
    stride: [1, taps],
    padding: [0, 0, bottom, right * COLOURS],
  });
}
