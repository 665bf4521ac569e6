import { int, ints } from '../attributes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import {
  type Dimension,
  elementsPerPatch,
  formatShape,
  imageShape,
  type Shape,
  sameDimension,
  shapeError,
  type Tensor,
} from '../tensor.ts';

/**
 * Joins tensors along one axis; all other sizes must agree. Along the batch the multiples add up; what sizes that the
 * run decides add up to is for the caller to say, as `total`.
 */
export function concat(
  g: GraphBuilder,
  name: string,
  parts: readonly Tensor[],
  axis: number,
  total?: Dimension,
): Tensor {
  const first = parts[0];
  if (first === undefined || first.shape[axis] === undefined) throw shapeError('Concat', `${name} has no axis ${axis}`);
  for (const part of parts) {
    const fits = part.shape.length === first.shape.length && part.dtype === first.dtype;
    const agrees = first.shape.every((d, i) => i === axis || sameDimension(d, part.shape[i] as Dimension));
    if (!fits || !agrees)
      throw shapeError('Concat', `${name} joins ${parts.map((p) => formatShape(p.shape)).join(' and ')}`);
  }
  const joined = total ?? parts.map((part) => part.shape[axis] as Dimension).reduce((a, b) => sumOf(name, a, b));
  return g.node({
    op: 'Concat',
    name,
    inputs: parts,
    attributes: { axis: int(axis) },
    dtype: first.dtype,
    shape: first.shape.map((d, i) => (i === axis ? joined : d)),
  });
}

export function transpose(g: GraphBuilder, name: string, x: Tensor, order: readonly number[]): Tensor {
  const sorted = [...order].sort((a, b) => a - b);
  if (order.length !== x.shape.length || sorted.some((axis, i) => axis !== i))
    throw shapeError('Transpose', `[${order.join(', ')}] does not reorder ${formatShape(x.shape)}`);
  return g.node({
    op: 'Transpose',
    name,
    inputs: [x],
    attributes: { perm: ints(order) },
    dtype: x.dtype,
    shape: order.map((axis) => x.shape[axis] as Dimension),
  });
}

/** The same elements under another shape, which may hold one multiple of the batch. */
export function reshape(g: GraphBuilder, name: string, x: Tensor, shape: Shape): Tensor {
  const open = shape.filter((d) => typeof d !== 'number').length;
  const openBefore = x.shape.filter((d) => typeof d !== 'number').length;
  if (elementsPerPatch(shape) !== elementsPerPatch(x.shape) || open !== openBefore || open > 1)
    throw shapeError('Reshape', `${formatShape(x.shape)} to ${formatShape(shape)}`);
  // −1 stands for the dimension that the runtime works out: the batch.
  const target = g.integers(
    `${name}.shape`,
    shape.map((d) => (typeof d === 'number' ? d : -1)),
  );
  return g.node({ op: 'Reshape', name, inputs: [x, target], dtype: x.dtype, shape });
}

/** Interleaved square images [N, S, S, C] as one plane each, [N, 1, S, C · S]; the node holds no size. */
export function squarePlane(g: GraphBuilder, name: string, x: Tensor): Tensor {
  const [batch, height, width, channels] = x.shape;
  if (batch === undefined || typeof width !== 'number' || height !== width || typeof channels !== 'number')
    throw shapeError('Reshape', `${x.name} is ${formatShape(x.shape)}, not [N, S, S, C]`);
  // 0 keeps what the input has there: the side, which is the same up and across.
  const target = g.integers(`${name}.shape`, [0, 1, 0, -1]);
  return g.node({
    op: 'Reshape',
    name,
    inputs: [x, target],
    dtype: x.dtype,
    shape: [batch, 1, height, width * channels],
  });
}

/** [N, …] → [N, product of the rest]. */
export function flatten(g: GraphBuilder, name: string, x: Tensor): Tensor {
  const [batch, ...rest] = x.shape;
  if (batch === undefined) throw shapeError('Flatten', `${x.name} is a scalar`);
  return g.node({
    op: 'Flatten',
    name,
    inputs: [x],
    attributes: { axis: int(1) },
    dtype: x.dtype,
    shape: [batch, elementsPerPatch(rest)],
  });
}

/** Turns one axis round, so that its last element comes first. */
export function reverse(g: GraphBuilder, name: string, x: Tensor, axis: number): Tensor {
  if (typeof x.shape[axis] !== 'number') throw shapeError('Slice', `axis ${axis} of ${formatShape(x.shape)}`);
  return g.node({
    op: 'Slice',
    name,
    inputs: [
      x,
      g.integers(`${name}.starts`, [-1]),
      // An end below −size means "past the first element" when the step is negative.
      g.integers(`${name}.ends`, [-(2 ** 31)]),
      g.integers(`${name}.axes`, [axis]),
      g.integers(`${name}.steps`, [-1]),
    ],
    dtype: x.dtype,
    shape: x.shape,
  });
}

/** Larger than any axis: a slice's end that means "up to the last element". */
const TO_THE_END = 2 ** 31 - 1;

/**
 * Cuts rows and columns off an image [N, C, H, W]: `before` at the top and left, `after` at the bottom and right. The
 * node holds no size, so it does the same to an image of any size.
 */
export function crop(g: GraphBuilder, name: string, x: Tensor, before: number, after: number): Tensor {
  const { batch, channels, height, width } = imageShape('Slice', x);
  const cut = before + after;
  if (!(before >= 0 && after >= 0 && cut < height && cut < width))
    throw shapeError('Slice', `${before} and ${after} off ${formatShape(x.shape)}`);
  const end = after === 0 ? TO_THE_END : -after;
  return g.node({
    op: 'Slice',
    name,
    inputs: [
      x,
      g.integers(`${name}.starts`, [before, before]),
      g.integers(`${name}.ends`, [end, end]),
      g.integers(`${name}.axes`, [2, 3]),
    ],
    dtype: x.dtype,
    shape: [batch, channels, height - cut, width - cut],
  });
}

function sumOf(name: string, a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'object' && 'times' in a && typeof b === 'object' && 'times' in b)
    return { times: a.times + b.times };
  throw shapeError('Concat', `${name} joins ${formatShape([a])} and ${formatShape([b])}, whose sum has no name`);
}
