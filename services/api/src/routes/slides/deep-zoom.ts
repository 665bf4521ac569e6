/** OpenSlide-python's, which viewers know: a tile with its overlaps is 256 px. */
export const DEEP_ZOOM = { tileSizePx: 254, overlapPx: 1 } as const;
