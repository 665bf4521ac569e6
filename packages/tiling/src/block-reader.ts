import { type Block, GigascopeError, type Point, type Rect, type RgbImage, squareSidePx } from '@gigascope/contracts';
import { copyPlane } from '@gigascope/plane-copy';
import { type Mirror, mirrored } from './mirror.ts';
import { type PatchGrid, patchOriginTarget } from './patch-grid.ts';
import { emptyImage, planeAt } from './rgb-raster.ts';
import { shownParts } from './shown-parts.ts';
import type { ShownParts, SlideReader } from './slide-reader.ts';
import { readTargetRegion } from './target-region.ts';

/** A block's pixels with its halo at the model's spacing, mirror-padded at the slide's border; patches are cut from it. */
export interface BlockCanvas {
  readonly image: RgbImage;
  /** Target pixel of the canvas's first pixel; negative at the slide's border. */
  readonly originTarget: Point<'target'>;
  readonly grid: PatchGrid;
}

/**
 * Memory for the canvases of blocks that are read one after the other: each is good until the next is read with it.
 * Why? A canvas is 15 MB, and the system would hand out and clear as much for every block.
 */
export class CanvasMemory {
  #region = new Uint8Array(0);
  #canvas = new Uint8Array(0);

  /** For pixels as they are read, and for those that mirroring lays out anew. */
  reserve(width: number, height: number): { region: Uint8Array<ArrayBuffer>; canvas: () => Uint8Array<ArrayBuffer> } {
    const bytes = width * height * 3;
    if (this.#region.length < bytes) this.#region = new Uint8Array(bytes);
    return {
      region: this.#region,
      canvas: () => {
        if (this.#canvas.length < bytes) this.#canvas = new Uint8Array(bytes);
        return this.#canvas;
      },
    };
  }
}

export interface BlockReading {
  readonly memory?: CanvasMemory;
  /** Non-zero where a cell is wanted; row-major of the whole grid. What shows only in patches of others is not decoded. */
  readonly cells?: Uint8Array;
}

/** Reads a block: its region is decoded once, resampled on the slide's one lattice, then mirrored at the slide's border. */
export async function readBlock(
  reader: SlideReader,
  grid: PatchGrid,
  block: Pick<Block, 'colHeat' | 'rowHeat' | 'columns' | 'rows'>,
  { memory, cells }: BlockReading = {},
): Promise<BlockCanvas> {
  const { stridePx, haloPx } = grid;
  const rect = {
    x: block.colHeat * stridePx - haloPx.before,
    y: block.rowHeat * stridePx - haloPx.before,
    width: block.columns * stridePx + haloPx.before + haloPx.after,
    height: block.rows * stridePx + haloPx.before + haloPx.after,
  };
  const shown = cells && shownParts(grid, block, cells);
  return { image: await readMirrored(reader, grid, rect, memory, shown), originTarget: { x: rect.x, y: rect.y }, grid };
}

/** Reads the patch of one cell of the grid alone, with `marginPx` target pixels more on each side. */
export async function readPatch(
  reader: SlideReader,
  grid: PatchGrid,
  cell: Pick<Block, 'colHeat' | 'rowHeat'>,
  marginPx = 0,
): Promise<RgbImage> {
  const origin = patchOriginTarget(grid, cell.colHeat, cell.rowHeat);
  const side = grid.patchSizePx + 2 * marginPx;
  return await readMirrored(reader, grid, {
    x: origin.x - marginPx,
    y: origin.y - marginPx,
    width: side,
    height: side,
  });
}

async function readMirrored(
  reader: SlideReader,
  { lattice }: PatchGrid,
  rect: Rect<'target'>,
  memory?: CanvasMemory,
  shown?: ShownParts,
): Promise<RgbImage> {
  const reserved = memory?.reserve(rect.width, rect.height);
  const xs = mirrored(rect.x, rect.width, lattice.width);
  const ys = mirrored(rect.y, rect.height, lattice.height);
  const part = { x: xs.low, y: ys.low, width: xs.high - xs.low, height: ys.high - ys.low };
  const inside = await readTargetRegion(reader, lattice, part, reserved?.region, shown);
  return gather(inside, xs, ys, reserved?.canvas);
}

/**
 * Copies the square of `cells` × `cells` patches whose first cell is given, RGB rows of patchSize + (cells − 1) · stride
 * pixels, to `into` from `offsetBytes` on. What lies outside the canvas, where no patch is wanted, becomes zeros.
 */
export function cutSquare(
  canvas: BlockCanvas,
  colHeat: number,
  rowHeat: number,
  cells: number,
  into: Uint8Array,
  offsetBytes: number,
): void {
  const { image, originTarget, grid } = canvas;
  const first = patchOriginTarget(grid, colHeat, rowHeat);
  const size = squareSidePx(grid, cells);
  const [x, y] = [first.x - originTarget.x, first.y - originTarget.y];
  const left = Math.min(size, Math.max(0, -x));
  const right = Math.max(left, Math.min(size, image.width - x));
  const rowBytes = size * 3;
  if (left > 0 || right < size || y < 0 || y + size > image.height)
    into.fill(0, offsetBytes, offsetBytes + size * rowBytes);
  const top = Math.min(size, Math.max(0, -y));
  const bottom = Math.max(top, Math.min(size, image.height - y));
  if (right === left || bottom === top) return;
  const at = { data: into, offsetBytes: offsetBytes + top * rowBytes + left * 3, pitchBytes: rowBytes };
  copyPlane(planeAt(image, x + left, y + top), at, (right - left) * 3, bottom - top);
}

/** Copies a cell's patch, RGB rows of patchSize pixels, to `into` from `offsetBytes` on. The cell lies in the canvas's block. */
export function cutPatch(
  canvas: BlockCanvas,
  colHeat: number,
  rowHeat: number,
  into: Uint8Array,
  offsetBytes: number,
): void {
  const { image, originTarget, grid } = canvas;
  const patch = patchOriginTarget(grid, colHeat, rowHeat);
  const size = grid.patchSizePx;
  const x = patch.x - originTarget.x;
  const y = patch.y - originTarget.y;
  if (x < 0 || y < 0 || x + size > image.width || y + size > image.height) {
    throw new GigascopeError('INTERNAL', `cell ${colHeat},${rowHeat} is not in this block`);
  }
  cutSquare(canvas, colHeat, rowHeat, 1, into, offsetBytes);
}

/** Lays the pixels read into the canvas; only columns beyond the slide's border are copied one by one. */
function gather(inside: RgbImage, xs: Mirror, ys: Mirror, memory?: () => Uint8Array<ArrayBuffer>): RgbImage {
  const width = xs.index.length;
  const height = ys.index.length;
  const run = straightRun(xs);
  if (run.length === width && straightRun(ys).length === height) return inside;
  const { data } = emptyImage(width, height, memory?.());
  for (let row = 0; row < height; row++) {
    const source = ((ys.index[row] as number) - ys.low) * inside.width * 3;
    const out = row * width * 3;
    const begin = source + ((xs.index[run.start] as number) - xs.low) * 3;
    data.set(inside.data.subarray(begin, begin + run.length * 3), out + run.start * 3);
    for (let col = 0; col < width; col++) {
      if (col === run.start) col += run.length;
      if (col >= width) break;
      const from = source + ((xs.index[col] as number) - xs.low) * 3;
      data[out + col * 3] = inside.data[from] as number;
      data[out + col * 3 + 1] = inside.data[from + 1] as number;
      data[out + col * 3 + 2] = inside.data[from + 2] as number;
    }
  }
  return { width, height, data };
}

/** The longest stretch of canvas pixels that are consecutive pixels of the slide. */
function straightRun({ index }: Mirror): { start: number; length: number } {
  let best = { start: 0, length: 1 };
  let start = 0;
  for (let i = 1; i <= index.length; i++) {
    if (i < index.length && (index[i] as number) === (index[i - 1] as number) + 1) continue;
    if (i - start > best.length) best = { start, length: i - start };
    start = i;
  }
  return best;
}
