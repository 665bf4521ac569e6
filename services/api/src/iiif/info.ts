import type { IiifInfo } from '@gigascope/contracts/http';
import { type Extent, IIIF_LIMITS, IIIF_TILE_PX, isWithinLimits } from './limits.ts';

/** A slide as info.json describes it; `id` is the service's base address. */
export function iiifInfo(id: string, { width, height }: Extent): IiifInfo {
  const halvings = Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / IIIF_TILE_PX)));
  const scaleFactors = Array.from({ length: halvings + 1 }, (_, i) => 2 ** i);
  const sizes = scaleFactors.map((factor) => ({
    width: Math.ceil(width / factor),
    height: Math.ceil(height / factor),
  }));
  return {
    '@context': 'http://iiif.io/api/image/3/context.json',
    id,
    type: 'ImageService3',
    protocol: 'http://iiif.io/api/image',
    profile: 'level2',
    width,
    height,
    ...IIIF_LIMITS,
    sizes: sizes.filter(isWithinLimits).toReversed(),
    tiles: [{ width: IIIF_TILE_PX, scaleFactors }],
    extraFormats: ['webp'],
    extraQualities: ['color', 'gray', 'bitonal'],
    extraFeatures: ['canonicalLinkHeader', 'mirroring', 'profileLinkHeader', 'sizeUpscaling'],
  };
}
