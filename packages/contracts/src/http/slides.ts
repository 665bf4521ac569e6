import { z } from 'zod';
import { SlideMetadata } from '../slide.ts';
import { Failure, Id, Instant } from './common.ts';

export const SlideName = z.string().trim().min(1).max(255);

export const SlideState = z.enum(['received', 'verified', 'ready', 'rejected']);

export const Slide = z.object({
  id: Id,
  name: z.string(),
  state: SlideState,
  sizeBytes: z.int().nonnegative(),
  sha256: z.string(),
  /** null until the slide is ready. Free-text properties are left out: scanners write names into them. */
  metadata: SlideMetadata.omit({ properties: true }).nullable(),
  error: Failure.nullable(),
  createdAt: Instant,
});
export type Slide = z.infer<typeof Slide>;

export const SlidePage = z.object({ items: z.array(Slide), nextCursor: z.string().nullable() });
export type SlidePage = z.infer<typeof SlidePage>;

/** Deep Zoom's own JSON form, with its own upper-case names. */
export const DeepZoomDescriptor = z.object({
  Image: z.object({
    xmlns: z.literal('http://schemas.microsoft.com/deepzoom/2008'),
    Url: z.string(),
    Format: z.literal('jpg'),
    Overlap: z.int().nonnegative(),
    TileSize: z.int().positive(),
    Size: z.object({ Width: z.int().positive(), Height: z.int().positive() }),
  }),
});
export type DeepZoomDescriptor = z.infer<typeof DeepZoomDescriptor>;

const Index = /^\d{1,15}$/;
/** `tile` is `<column>_<row>.jpg`. */
export const TileParams = z.object({
  id: Id,
  dzLevel: z.string().regex(Index),
  tile: z.string().regex(/^\d{1,15}_\d{1,15}\.jpg$/),
});
