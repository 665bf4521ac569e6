import { shapeError } from './tensor.ts';

/** Vertical, horizontal. */
export type Pair = readonly [number, number];
/** Top, left, bottom, right: ONNX's order. */
export type Padding = readonly [number, number, number, number];

export const NO_PADDING: Padding = [0, 0, 0, 0];

/** The size that a sliding window leaves, rounded down: floor((size + pads − kernel) / stride) + 1 per axis. */
export function slideWindow(
  op: string,
  size: { readonly height: number; readonly width: number },
  options: { readonly kernel: Pair; readonly stride?: Pair; readonly padding?: Padding },
): { height: number; width: number; stride: Pair; padding: Padding } {
  const stride = options.stride ?? [1, 1];
  const padding = options.padding ?? NO_PADDING;
  const height = Math.floor((size.height + padding[0] + padding[2] - options.kernel[0]) / stride[0]) + 1;
  const width = Math.floor((size.width + padding[1] + padding[3] - options.kernel[1]) / stride[1]) + 1;
  if (!(height >= 1 && width >= 1))
    throw shapeError(op, `a window of ${options.kernel.join('×')} does not fit ${size.height}×${size.width}`);
  return { height, width, stride, padding };
}
