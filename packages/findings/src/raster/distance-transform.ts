import { GigascopeError } from '@gigascope/contracts';

/** The squared distance of a pixel where the raster holds no site at all. */
export const NO_SITE = 2 ** 31 - 1;

/**
 * Returns each pixel's squared Euclidean distance to the nearest non-zero pixel, exact, in pixels; NO_SITE without any.
 *
 * Columns by two sweeps, rows by the lower envelope of parabolas: Felzenszwalb and Huttenlocher, "Distance Transforms
 * of Sampled Functions", Theory of Computing 8 (2012), linear in the pixels. Throws ARGUMENT_INVALID for a raster
 * whose diagonal exceeds 46,340 px, where squares leave 31 bits.
 */
export function squaredDistances(sites: {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}): Int32Array<ArrayBuffer> {
  const { width, height, data } = sites;
  if (width * width + height * height >= NO_SITE) {
    throw new GigascopeError('ARGUMENT_INVALID', `a mask of ${width} × ${height} px is too large`);
  }
  const squares = new Int32Array(width * height).fill(NO_SITE);
  sweepColumns(data, squares, width);

  const line = new Int32Array(width);
  const apexes = new Int32Array(width);
  const starts = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    const row = squares.subarray(y * width, (y + 1) * width);
    line.set(row);
    lowerEnvelope(line, row, apexes, starts);
  }
  return squares;
}

/** The squared distance within each column, all columns at once, so that memory is walked in its order. */
function sweepColumns(data: Uint8Array, squares: Int32Array, width: number): void {
  for (let pixel = 0; pixel < squares.length; pixel++) {
    const above = pixel < width ? NO_SITE : (squares[pixel - width] as number);
    if (data[pixel] !== 0) squares[pixel] = 0;
    else if (above !== NO_SITE) squares[pixel] = above + 1;
  }
  for (let pixel = squares.length - width - 1; pixel >= 0; pixel--) {
    const below = squares[pixel + width] as number;
    if (below < (squares[pixel] as number)) squares[pixel] = below + 1;
  }
  for (let pixel = 0; pixel < squares.length; pixel++) {
    const distance = squares[pixel] as number;
    if (distance !== NO_SITE) squares[pixel] = distance * distance;
  }
}

/** out[q] = min over v of (q − v)² + line[v]. `apexes` and `starts` are scratch of the line's length. */
function lowerEnvelope(line: Int32Array, out: Int32Array, apexes: Int32Array, starts: Float64Array): void {
  let top = -1;
  for (let q = 0; q < line.length; q++) {
    const height = line[q] as number;
    if (height === NO_SITE) continue;
    let start = Number.NEGATIVE_INFINITY;
    while (top >= 0) {
      const v = apexes[top] as number;
      start = (height + q * q - (line[v] as number) - v * v) / (2 * (q - v));
      if (start > (starts[top] as number)) break;
      top--;
      start = Number.NEGATIVE_INFINITY;
    }
    top++;
    apexes[top] = q;
    starts[top] = start;
  }
  if (top < 0) return;
  let k = 0;
  for (let q = 0; q < line.length; q++) {
    while (k < top && (starts[k + 1] as number) < q) k++;
    const v = apexes[k] as number;
    out[q] = (q - v) ** 2 + (line[v] as number);
  }
}
