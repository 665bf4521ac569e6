import { z } from 'zod';

/** One pyramid level; `index` 0 is the highest resolution. `downsample` is relative to level 0 and may be fractional. */
export const SlideLevel = z.object({
  index: z.int().nonnegative(),
  widthPx: z.int().positive(),
  heightPx: z.int().positive(),
  downsample: z.number().positive(),
});
export type SlideLevel = z.infer<typeof SlideLevel>;

/** Where the pixel spacing came from, in the order in which sources are tried (DESIGN.md section 3); `override` is stated for the slide, not by it. */
export const SpacingSource = z.enum(['request', 'override', 'vendor', 'tiff-resolution', 'objective-power']);
export type SpacingSource = z.infer<typeof SpacingSource>;

/** µm per level-0 pixel; x and y stay apart because scanners exist whose pixels are not square. */
export const Spacing = z.object({ x: z.number().positive(), y: z.number().positive(), source: SpacingSource });
export type Spacing = z.infer<typeof Spacing>;

export const RectL0 = z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() });
export type RectL0 = z.infer<typeof RectL0>;

/** What a reader knows of a slide before any pixel is decoded. */
export const SlideMetadata = z.object({
  vendor: z.string(),
  widthL0: z.int().positive(),
  heightL0: z.int().positive(),
  levels: z.array(SlideLevel).min(1),
  /** null when no source states it: analysis then needs an override (SPACING_UNKNOWN). */
  mpp: Spacing.nullable(),
  objectivePower: z.number().positive().nullable(),
  backgroundRgb: z.tuple([z.int().min(0).max(255), z.int().min(0).max(255), z.int().min(0).max(255)]),
  /** openslide.bounds-*: the scanned area, stored and never silently applied. */
  boundsL0: RectL0.nullable(),
  associatedImages: z.array(z.string()),
  properties: z.record(z.string(), z.string()),
});
export type SlideMetadata = z.infer<typeof SlideMetadata>;

/** What is measured of a slide when it comes in, in the order in which people ask. */
export const QUALITY_MEASURES = ['tissue', 'focus', 'pen', 'folds'] as const;
export const QualityMeasure = z.enum(QUALITY_MEASURES);
export type QualityMeasure = z.infer<typeof QualityMeasure>;

/** Shares, 0 to 1. */
export const QualityShares = z.object({
  /** Tissue, of the slide's area. */
  tissue: z.number().min(0).max(1),
  /** Tiles that are out of focus, of the tissue tiles that were looked at; null where there were none. */
  focus: z.number().min(0).max(1).nullable(),
  /** Marker pen, of the slide's area. */
  pen: z.number().min(0).max(1),
  /** Folded tissue, of the tissue. */
  folds: z.number().min(0).max(1),
});
export type QualityShares = z.infer<typeof QualityShares>;

/** A slide's quality as it is stored. */
export type SlideQuality =
  | {
      readonly state: 'measured';
      readonly shares: QualityShares;
      /** Blob keys of PNGs. */
      readonly pictures: Readonly<Record<QualityMeasure, string>>;
    }
  | { readonly state: 'failed'; readonly errorCode: string };
