import { GigascopeError } from '@gigascope/contracts';

export type DataType = 'bool' | 'uint8' | 'int32' | 'int64' | 'float32';

/** The batch, whose size the caller decides: `times` · N. */
export interface Batch {
  readonly times: number;
}

/** A size that the run decides, such as the number of boxes kept. */
export interface Open {
  readonly name: string;
  /** The most of it for one patch, for counting. */
  readonly most: number;
}

/** A known size, a multiple of the batch, or a size that the run decides. */
export type Dimension = number | Batch | Open;
export type Shape = readonly Dimension[];

export const BATCH: Batch = { times: 1 };

/** A value in the graph: what a node gives or takes, by its name in the file. */
export interface Tensor {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: Shape;
}

export function sameDimension(a: Dimension, b: Dimension): boolean {
  return formatDimension(a) === formatDimension(b);
}

export function formatDimension(dimension: Dimension): string {
  if (typeof dimension === 'number') return String(dimension);
  if ('name' in dimension) return dimension.name;
  return dimension.times === 1 ? 'N' : `${dimension.times}*N`;
}

export function formatShape(shape: Shape): string {
  return `[${shape.map(formatDimension).join(', ')}]`;
}

/** The size for N = 1, at most. */
function sizePerPatch(dimension: Dimension): number {
  if (typeof dimension === 'number') return dimension;
  return 'name' in dimension ? dimension.most : dimension.times;
}

/** The number of elements for N = 1, at most. */
export function elementsPerPatch(shape: Shape): number {
  return shape.reduce<number>((product, d) => product * sizePerPatch(d), 1);
}

/** Refuses a graph whose shapes do not fit together (ARGUMENT_INVALID), naming the operation. */
export function shapeError(op: string, detail: string): GigascopeError {
  return new GigascopeError('ARGUMENT_INVALID', `${op}: ${detail}`);
}

/** Reads [N, C, H, W] of an image tensor; anything else is refused. */
export function imageShape(
  op: string,
  x: Tensor,
): { batch: Dimension; channels: number; height: number; width: number } {
  const [batch, channels, height, width] = x.shape;
  if (x.shape.length !== 4 || batch === undefined)
    throw shapeError(op, `${x.name} is ${formatShape(x.shape)}, not NCHW`);
  if (typeof channels !== 'number' || typeof height !== 'number' || typeof width !== 'number')
    throw shapeError(op, `${x.name} is ${formatShape(x.shape)}: only the first dimension may be the batch`);
  return { batch, channels, height, width };
}

export function requireType(op: string, x: Tensor, ...allowed: readonly DataType[]): void {
  if (!allowed.includes(x.dtype)) throw shapeError(op, `${x.name} is ${x.dtype}, not ${allowed.join(' or ')}`);
}
