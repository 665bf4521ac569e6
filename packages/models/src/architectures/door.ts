import type { GraphBuilder } from '../graph/graph-builder.ts';
import { cast, mul, scale, sub } from '../graph/ops/arithmetic.ts';
import { fixedConv } from '../graph/ops/convolution.ts';
import { reshape, squarePlane, transpose } from '../graph/ops/shape.ts';
import { BATCH, type Tensor } from '../graph/tensor.ts';
import { FEATURES_IN, PATCHES } from './architecture.ts';

/** What becomes of a byte b: b / 127.5 − 1, so 0 … 255 becomes −1 … 1. */
const HALF_RANGE = 127.5;

/**
 * Takes uint8 `patches` [N, size, size, 3] and gives float32 `features_in` [N, 3, ceil(size / factor), …] in [−1, 1].
 *
 * With factor 4 each value is the mean of the pixels of its 4×4 square that lie inside the patch: 299 = 4·75 − 1, so
 * the last row and column of squares average 3 rows or columns. The sums are whole numbers below 2²⁴ and therefore
 * the same on every machine, in whatever order they are added.
 */
export function door(g: GraphBuilder, sizePx: number, factor: 1 | 4): Tensor {
  const patches = g.input(PATCHES, 'uint8', [BATCH, sizePx, sizePx, 3]);
  const one = g.weights('door.one', [1], Float32Array.of(1), 'constant');
  return sub(g, FEATURES_IN, factor === 1 ? toPlanes(g, patches) : averageSquares(g, patches, sizePx, factor), one);
}

/** Name of the sums of 4×4 pixels in a door of that factor, and of the nodes that make them. */
export const SQUARE_SUMS = 'door.sums';
const PLANE = 'door.plane';
const CAST = 'door.cast';
export const SQUARE_SUMS_NODES = [
  { name: PLANE, op: 'Reshape' },
  { name: CAST, op: 'Cast' },
  { name: SQUARE_SUMS, op: 'Conv' },
] as const;

/** Luma's share of red, green and blue (ITU-R BT.601-7, section 2.5.1). */
const LUMA = [0.299, 0.587, 0.114] as const;

/** As `door`, for a network of one channel: `features_in` is grey, [N, 1, size, size] in [−1, 1]. */
export function greyDoor(g: GraphBuilder, sizePx: number): Tensor {
  const patches = g.input(PATCHES, 'uint8', [BATCH, sizePx, sizePx, 3]);
  const one = g.weights('door.one', [1], Float32Array.of(1), 'constant');
  const shares = Float32Array.from(LUMA, (share) => share / HALF_RANGE);
  const weights = g.weights('door.luma', [1, 3, 1, 1], shares, 'constant');
  return sub(g, FEATURES_IN, fixedConv(g, 'door.scaled', floatPlanes(g, patches), { weights }), one);
}

/**
 * As `door`, for a network that is run on squares of any size: only whole 4×4 squares count (74×74 of 299 px), so that a
 * value does not depend on where the patch ends, and no node holds the patch's size.
 */
export function latticeDoor(g: GraphBuilder, sizePx: number, factor: 4): Tensor {
  const patches = g.input(PATCHES, 'uint8', [BATCH, sizePx, sizePx, 3]);
  const one = g.weights('door.one', [1], Float32Array.of(1), 'constant');
  const sums = squareSums(g, squarePlane(g, PLANE, patches), factor, 0);
  return sub(g, FEATURES_IN, scale(g, 'door.scaled', sums, 1 / (factor * factor * HALF_RANGE)), one);
}

function toPlanes(g: GraphBuilder, patches: Tensor): Tensor {
  return scale(g, 'door.scaled', floatPlanes(g, patches), 1 / HALF_RANGE);
}

function floatPlanes(g: GraphBuilder, patches: Tensor): Tensor {
  return cast(g, CAST, transpose(g, 'door.planes', patches, [0, 3, 1, 2]), 'float32');
}

/**
 * Why a convolution? The interleaved bytes are read as one plane [N, 1, size, 3·size] whose 4×12 windows hold 16
 * pixels; three kernels of zeros and ones pick out red, green and blue. So averaging and the change from NHWC to NCHW
 * are one pass: 0.20 ms a patch where Pad-Reshape-ReduceMean-Transpose and Transpose-AveragePool take 0.34 ms, both
 * AveragePool by axis 0.26 ms and ConvInteger 0.28 ms (onnxruntime 1.30 on one core, batch 32).
 */
function averageSquares(g: GraphBuilder, patches: Tensor, sizePx: number, factor: number): Tensor {
  const side = Math.ceil(sizePx / factor);
  const missing = side * factor - sizePx;
  const plane = reshape(g, PLANE, patches, [BATCH, 1, sizePx, sizePx * 3]);
  const sums = squareSums(g, plane, factor, missing);
  const pixels = (index: number) => (index === side - 1 ? factor - missing : factor);
  const reciprocals = Float32Array.from(
    { length: side * side },
    (_, i) => 1 / (pixels(Math.floor(i / side)) * pixels(i % side) * HALF_RANGE),
  );
  return mul(g, 'door.scaled', sums, g.weights('door.scale', [1, 1, side, side], reciprocals, 'constant'));
}

function squareSums(g: GraphBuilder, plane: Tensor, factor: number, missing: number): Tensor {
  return fixedConv(g, SQUARE_SUMS, cast(g, CAST, plane, 'float32'), {
    weights: g.weights('door.kernels', [3, 1, factor, factor * 3], squareKernels(factor), 'constant'),
    stride: [factor, factor * 3],
    padding: [0, 0, missing, missing * 3],
  });
}

/** Ones and zeros that pick one colour out of rows of interleaved pixels: float32 [3, 1, factor, 3 · factor]. */
export function squareKernels(factor: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 3 * factor * factor * 3 }, (_, i) => {
    const kernelColour = Math.floor(i / (factor * factor * 3));
    return i % 3 === kernelColour ? 1 : 0;
  });
}
