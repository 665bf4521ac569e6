import { z } from 'zod';
import { Id } from './common.ts';

/** The four parts of an image's address as IIIF Image API 3.0 section 4 has them, not yet understood. */
export const IiifParams = z.object({
  id: Id,
  region: z.string().max(64),
  size: z.string().max(64),
  rotation: z.string().max(64),
  file: z.string().max(64),
});

/** info.json (IIIF Image API 3.0 section 5). */
export const IiifInfo = z.object({
  '@context': z.literal('http://iiif.io/api/image/3/context.json'),
  id: z.string(),
  type: z.literal('ImageService3'),
  protocol: z.literal('http://iiif.io/api/image'),
  profile: z.literal('level2'),
  width: z.int().positive(),
  height: z.int().positive(),
  maxWidth: z.int().positive(),
  maxHeight: z.int().positive(),
  maxArea: z.int().positive(),
  sizes: z.array(z.object({ width: z.int().positive(), height: z.int().positive() })),
  tiles: z.array(z.object({ width: z.int().positive(), scaleFactors: z.array(z.int().positive()) })),
  extraFormats: z.array(z.string()),
  extraQualities: z.array(z.string()),
  extraFeatures: z.array(z.string()),
});
export type IiifInfo = z.infer<typeof IiifInfo>;
