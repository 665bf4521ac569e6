export type { OpenSlideErrorCode } from './error.ts';
export { OpenSlideError } from './error.ts';
export type { Level, PixelImage, RegionRequest, SizePx } from './geometry.ts';
export type { OpenSlideLimits } from './limits.ts';
export { DEFAULT_LIMITS } from './limits.ts';
export type { OpenSlide, OpenSlideFeatures } from './openslide.ts';
export { loadOpenSlide } from './openslide.ts';
export type { Slide } from './slide.ts';
export type { TileCache } from './tile-cache.ts';
