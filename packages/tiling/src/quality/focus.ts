import type { ByteRaster, RgbImage } from '@gigascope/contracts';
import type { SlideReader } from '../slide-reader.ts';
import { createLattice } from '../target-lattice.ts';
import { readTargetRegion } from '../target-region.ts';

/** Nuclei are several pixels wide, and a blur of 1.5 µm still shows. */
const FOCUS_MPP = 1;
const TILE_PX = 256;
const MAX_TILES = 64;
/** Of a tile, by the mask. */
const MIN_TISSUE = 0.5;
/**
 * A tile below is out of focus. Measured on 195 sharp lymph-node patches at 0.97 µm/px (PatchCamelyon): 2.2 at the lowest
 * hundredth, 8.7 in the middle; blurred by a Gaussian of 1.5 px at most 0.97, of 1 px at most 1.9.
 */
const SHARP_ABOVE = 1.2;

/** A tile that was looked at; its place as shares of the slide's sides. */
export interface FocusTile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly isSharp: boolean;
}

/** Looks at 64 tissue tiles of 256 px, or as many as there are, spread over the slide, at 1 µm/px or the slide's own. */
export async function measureFocus(
  reader: SlideReader,
  spacing: { readonly x: number; readonly y: number },
  tissue: ByteRaster,
): Promise<readonly FocusTile[]> {
  const perL0 = { x: Math.min(1, spacing.x / FOCUS_MPP), y: Math.min(1, spacing.y / FOCUS_MPP) };
  const lattice = createLattice(reader.metadata, perL0);
  const places: { readonly x: number; readonly y: number }[] = [];
  const side = { width: Math.min(TILE_PX, lattice.width), height: Math.min(TILE_PX, lattice.height) };
  for (let y = 0; y + side.height <= lattice.height; y += side.height) {
    for (let x = 0; x + side.width <= lattice.width; x += side.width) {
      const box = shares({ x, y, ...side }, lattice);
      if (tissueIn(tissue, box) >= MIN_TISSUE) places.push({ x, y });
    }
  }
  const count = Math.min(MAX_TILES, places.length);
  const tiles: FocusTile[] = [];
  for (let at = 0; at < count; at++) {
    const place = places[Math.floor(((at + 0.5) * places.length) / count)];
    if (place === undefined) continue;
    const rect = { ...place, ...side };
    const isSharp = sharpness(await readTargetRegion(reader, lattice, rect)) >= SHARP_ABOVE;
    tiles.push({ ...shares(rect, lattice), isSharp });
  }
  return tiles;
}

/**
 * The Laplacian's variance (Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy") over the mean squared
 * gradient, so that neither stain nor contrast counts: a white noise blurred by a Gaussian of σ px falls with 1/σ².
 */
export function sharpness({ width, height, data }: RgbImage): number {
  const grey = new Float32Array(width * height);
  for (let i = 0; i < grey.length; i++)
    grey[i] =
      0.299 * (data[i * 3] as number) + 0.587 * (data[i * 3 + 1] as number) + 0.114 * (data[i * 3 + 2] as number);
  let [count, sum, squares, gradients] = [0, 0, 0, 0];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const left = grey[at - 1] as number;
      const right = grey[at + 1] as number;
      const above = grey[at - width] as number;
      const below = grey[at + width] as number;
      const laplacian = left + right + above + below - 4 * (grey[at] as number);
      sum += laplacian;
      squares += laplacian ** 2;
      gradients += ((right - left) ** 2 + (below - above) ** 2) / 4;
      count += 1;
    }
  }
  return gradients === 0 ? 0 : (squares - sum ** 2 / count) / gradients;
}

function shares(
  rect: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  whole: { readonly width: number; readonly height: number },
): Omit<FocusTile, 'isSharp'> {
  return {
    ...{ x: rect.x / whole.width, y: rect.y / whole.height },
    ...{ width: rect.width / whole.width, height: rect.height / whole.height },
  };
}

function tissueIn({ width, height, data }: ByteRaster, box: Omit<FocusTile, 'isSharp'>): number {
  const [x0, y0] = [Math.floor(box.x * width), Math.floor(box.y * height)];
  const x1 = Math.min(width, Math.max(x0 + 1, Math.round((box.x + box.width) * width)));
  const y1 = Math.min(height, Math.max(y0 + 1, Math.round((box.y + box.height) * height)));
  let set = 0;
  for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) set += data[y * width + x] as number;
  return set / ((x1 - x0) * (y1 - y0));
}
