import type { ModelManifest, RgbImage } from '@gigascope/contracts';
import { createMemoryReader, createPatchGrid, cutPatch, readBlock } from '@gigascope/tiling';

/**
 * The patch about the middle of an image of `mpp` µm per pixel, at the model's spacing: uint8 RGB, patchSizePx² · 3. An image
 * smaller than a patch is mirrored at its border, as slides are.
 */
export async function centrePatch(
  image: RgbImage,
  mpp: number,
  { patchSizePx, mpp: targetMpp }: Pick<ModelManifest, 'patchSizePx' | 'mpp'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const spacing = { x: mpp, y: mpp, source: 'request' } as const;
  const square = centreSquare(image);
  const reader = createMemoryReader({ levels: [{ image: square, downsample: 1 }], mpp: spacing });
  // One cell as large as the image: its patch lies about the image's middle.
  const stridePx = Math.max(1, Math.ceil((square.width * mpp) / targetMpp));
  const grid = createPatchGrid({ metadata: reader.metadata, spacing, targetMpp, patchSizePx, stridePx });
  const patch = new Uint8Array(patchSizePx ** 2 * 3);
  const block = { colHeat: 0, rowHeat: 0, columns: 1, rows: 1 };
  if (stridePx <= patchSizePx) {
    cutPatch(await readBlock(reader, grid, block), 0, 0, patch, 0);
    return patch;
  }
  const canvas = await readBlock(reader, grid, block);
  const from = Math.floor((canvas.image.width - patchSizePx) / 2);
  for (let row = 0; row < patchSizePx; row++) {
    const start = ((from + row) * canvas.image.width + from) * 3;
    patch.set(canvas.image.data.subarray(start, start + patchSizePx * 3), row * patchSizePx * 3);
  }
  return patch;
}

/** The middle square of an image, as large as its shorter side. */
function centreSquare({ width, height, data }: RgbImage): RgbImage {
  const side = Math.min(width, height);
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const square = new Uint8Array(side * side * 3);
  for (let row = 0; row < side; row++) {
    const start = ((top + row) * width + left) * 3;
    square.set(data.subarray(start, start + side * 3), row * side * 3);
  }
  return { width: side, height: side, data: square };
}
