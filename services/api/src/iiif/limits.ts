/** Of one picture; the raw pixels of the largest are 24 MiB. */
export const IIIF_LIMITS = { maxWidth: 4096, maxHeight: 4096, maxArea: 2 ** 23 } as const;
/** Side of the tiles that info.json offers. */
export const IIIF_TILE_PX = 512;

export const IIIF_FORMATS = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp' } as const;
export type IiifFormat = keyof typeof IIIF_FORMATS;
/** Of the specification, and not made here (section 4.5). */
export const OTHER_FORMATS: readonly string[] = ['tif', 'gif', 'jp2', 'pdf'];

export const IIIF_QUALITIES = ['default', 'color', 'gray', 'bitonal'] as const;
export type IiifQuality = (typeof IIIF_QUALITIES)[number];

export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** By how much a picture of this extent may be multiplied at most. */
export function largestScale({ width, height }: Extent): number {
  const { maxWidth, maxHeight, maxArea } = IIIF_LIMITS;
  return Math.min(maxWidth / width, maxHeight / height, Math.sqrt(maxArea / (width * height)));
}

export function isWithinLimits({ width, height }: Extent): boolean {
  const { maxWidth, maxHeight, maxArea } = IIIF_LIMITS;
  return width <= maxWidth && height <= maxHeight && width * height <= maxArea;
}
