/** Size of one pyramid level. */
export interface PyramidLevel {
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Halves a slide's size until it fits one tile. An odd last row or column is dropped, so that a level-k pixel always
 * covers exactly 2^k × 2^k level-0 pixels.
 */
export function pyramidLevels(widthPx: number, heightPx: number, tileSizePx: number): readonly PyramidLevel[] {
  const levels: PyramidLevel[] = [{ widthPx, heightPx }];
  for (let k = 1; Math.max(widthPx, heightPx) / 2 ** (k - 1) > tileSizePx; k++) {
    const next = { widthPx: Math.floor(widthPx / 2 ** k), heightPx: Math.floor(heightPx / 2 ** k) };
    if (next.widthPx === 0 || next.heightPx === 0) break;
    levels.push(next);
  }
  return levels;
}
