import { type ModelManifest, squareSidePx } from '@gigascope/contracts';
import { SQUARE_SUMS } from '../architectures/door.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { gather } from '../graph/ops/gather.ts';
import { concat, reshape, squarePlane, transpose } from '../graph/ops/shape.ts';
import { slice } from '../graph/ops/slice.ts';
import { type Shape, shapeError, type Tensor } from '../graph/tensor.ts';
import { encodeModel } from '../onnx/model-file.ts';
import type { PatchSquare } from './patch-square.ts';
import { COLOURS, sumsAcross, sumsDown } from './pixel-sums.ts';
import { FACTOR, replaceSums, sumsPixels } from './replace-sums.ts';

/** Input that names the cells of a square whose patches are wanted: int64 [m], row-major. */
export const WANTED_CELLS = 'wanted_cells';
const PREFIX = 'square.';

/**
 * The same network for squares of k × k patches, patch by patch, but with the sums of 4×4 pixels that it begins with made once
 * for all patches of a square instead of in each of the five patches that show a pixel. Takes uint8 [1, side, side, 3] and
 * `wanted_cells`; gives the answers of those cells' patches, [m, classes], to the last bit: the sums are whole numbers
 * below 2²⁴. Takes and gives the bytes of an .onnx file. Throws ARGUMENT_INVALID for a network that begins otherwise, and for a
 * stride that is no multiple of 4 px.
 */
export function patchesOfSquares(bytes: Uint8Array, inputName: string, square: PatchSquare): Uint8Array<ArrayBuffer> {
  const g = new GraphBuilder({ name: 'square', seed: 0 });
  const sidePx = squareSidePx(square, square.cells);
  const pixels = g.input(inputName, 'uint8', [1, sidePx, sidePx, COLOURS]);
  const wanted = g.input(WANTED_CELLS, 'int64', [{ name: 'wanted', most: square.cells ** 2 }]);
  const sums = sumsOfPatches(g, pixels, new Lattice(square));
  gather(g, SQUARE_SUMS, sums, wanted, 0);
  return encodeModel(replaceSums(bytes, inputName, g.build()));
}

/** Whether patches of a classifier overlap enough, on a lattice of 4 px, and begin with sums that can be shared. */
export function sharesSums(
  { engine = 'onnxruntime', input, patchSizePx, stridePx, task }: ModelManifest,
  model: Uint8Array,
): boolean {
  const overlaps = stridePx <= patchSizePx / 2 && stridePx % FACTOR === 0;
  return task === 'classify' && engine === 'onnxruntime' && overlaps && sumsPixels(model, input.name);
}

/** How the 4×4 squares of a patch lie in those of its square: whole ones on a common lattice, then a narrower one at the patch's end. */
class Lattice {
  readonly cells: number;
  /** Whole 4×4 squares along a patch, and from one patch to the next. */
  readonly whole: number;
  readonly step: number;
  /** Pixels that are left at a patch's end. */
  readonly rest: number;
  /** Steps that a patch reaches into; the last one perhaps in part. */
  readonly parts: number;
  /** 4×4 squares along the square, and pixels of zeros behind it, so that each patch could have all its steps whole. */
  readonly wide: number;
  readonly missingPx: number;
  readonly #square: PatchSquare;

  constructor(square: PatchSquare) {
    const { cells, patchSizePx, stridePx } = square;
    if (stridePx % FACTOR !== 0) throw shapeError('square', `a stride of ${stridePx} px is no multiple of ${FACTOR}`);
    this.#square = square;
    this.cells = cells;
    this.whole = Math.floor(patchSizePx / FACTOR);
    this.step = stridePx / FACTOR;
    this.rest = patchSizePx - this.whole * FACTOR;
    this.parts = Math.ceil(this.whole / this.step);
    this.wide = this.step * (cells + this.parts - 1);
    if (this.parts < 2) throw shapeError('square', 'patches that do not overlap');
    this.missingPx = Math.max(0, this.wide * FACTOR - squareSidePx(square, square.cells));
  }

  get side(): number {
    return this.whole + Math.sign(this.rest);
  }

  /** Where the pixels at the patches' ends lie, patch by patch. */
  restsPx(): number[] {
    return Array.from({ length: this.cells }, (_, cell) =>
      Array.from({ length: this.rest }, (_, i) => this.#square.stridePx * cell + this.whole * FACTOR + i),
    ).flat();
  }
}

/** uint8 [1, side, side, 3] → each patch's own sums, [k², 3, side / 4, side / 4]. */
function sumsOfPatches(g: GraphBuilder, pixels: Tensor, lattice: Lattice): Tensor {
  const { cells, side, wide } = lattice;
  const plane = squarePlane(g, `${PREFIX}plane`, pixels);
  const lines = sumsDown(g, `${PREFIX}lines`, plane, FACTOR);
  const bottom = wide - (lines.shape[1] as number);
  const rows = acrossPatches(g, `${PREFIX}rows`, lines, lattice, bottom);
  const parts = apart(g, `${PREFIX}rows`, rows, 2, lattice);
  if (lattice.rest > 0) {
    const at = g.integers(`${PREFIX}ends.at`, lattice.restsPx());
    const ends = sumsDown(g, `${PREFIX}ends`, gather(g, `${PREFIX}ends.pixels`, plane, at, 2), lattice.rest);
    const last = acrossPatches(g, `${PREFIX}last`, ends, lattice, 0);
    parts.push(reshape(g, `${PREFIX}last.row`, last, [1, COLOURS, cells, 1, cells, side]));
  }
  const all = concat(g, `${PREFIX}all`, parts, 3);
  const byCell = transpose(g, `${PREFIX}cells`, all, [0, 2, 4, 1, 3, 5]);
  return reshape(g, `${PREFIX}patches`, byCell, [cells ** 2, COLOURS, side, side]);
}

/** Sums down [1, h, 3 · sidePx] → the sums of each column of patches, [1, 3, h + bottom, k, side / 4]. */
function acrossPatches(g: GraphBuilder, name: string, lines: Tensor, lattice: Lattice, bottom: number): Tensor {
  const { cells, missingPx, rest } = lattice;
  const sums = sumsAcross(g, `${name}.across`, lines, FACTOR, { bottom, right: missingPx });
  const parts = apart(g, `${name}.across`, sums, 3, lattice);
  if (rest > 0) {
    const values = lattice.restsPx().flatMap((x) => [0, 1, 2].map((colour) => x * COLOURS + colour));
    const at = g.integers(`${name}.ends.at`, values);
    const ends = sumsAcross(g, `${name}.ends`, gather(g, `${name}.ends.pixels`, lines, at, 2), rest, { bottom });
    const height = (lines.shape[1] as number) + bottom;
    parts.push(reshape(g, `${name}.ends.column`, ends, [1, COLOURS, height, cells, 1]));
  }
  return concat(g, name, parts, 4);
}

/** Takes an axis of `wide` sums apart into [k, whole] in pieces of one step each, to be joined along the second of them. */
function apart(g: GraphBuilder, name: string, x: Tensor, axis: number, lattice: Lattice): Tensor[] {
  const { cells, parts, step, whole } = lattice;
  return Array.from({ length: parts }, (_, part) => {
    const own = `${name}.part${part}`;
    const cut = slice(g, `${own}.cut`, x, [{ axis, start: part * step, end: (part + cells) * step }]);
    const shape: Shape = [...x.shape.slice(0, axis), cells, step, ...x.shape.slice(axis + 1)];
    const steps = reshape(g, `${own}.steps`, cut, shape);
    const used = Math.min(step, whole - part * step);
    return used === step ? steps : slice(g, own, steps, [{ axis: axis + 1, start: 0, end: used }]);
  });
}
