export { planBlocks, wantedPart } from './block-plan.ts';
export {
  type BlockCanvas,
  CanvasMemory,
  cutPatch,
  cutSquare,
  readBlock,
  readPatch,
} from './block-reader.ts';
export { createDeepZoom, type DeepZoom, type DeepZoomLevel, type DeepZoomTile, deepZoomTile } from './deep-zoom.ts';
export { planCleanCopy } from './deidentify/plan-clean-copy.ts';
export { createMemoryReader, type MemorySlide } from './memory-reader.ts';
export { openSlide } from './open-slide.ts';
export {
  cellCentreL0,
  cellRectL0,
  createPatchGrid,
  type PatchGrid,
  type PatchGridOptions,
  patchOriginTarget,
} from './patch-grid.ts';
export {
  type Axes,
  chooseLevel,
  heatToTarget,
  l0ToLevel,
  l0ToTarget,
  levelToL0,
  targetToHeat,
  targetToL0,
} from './pyramid.ts';
export { type MeasuredQuality, measureQuality } from './quality/measure-quality.ts';
export { MAX_REGION_PX } from './region-limits.ts';
export { readScaledRegion } from './scaled-region.ts';
export { openSlideVersion } from './slide-formats.ts';
export type { LevelRegion, SlideReader } from './slide-reader.ts';
export { resolveSpacing } from './spacing.ts';
export { type MeasuredStain, measureStain, type StainKind } from './stain/measure-stain.ts';
export { createLattice, type TargetLattice } from './target-lattice.ts';
export { readTargetRegion, readWholeLattice } from './target-region.ts';
export { readThumbnail, type Thumbnail } from './thumbnail.ts';
export { encodedPicture } from './tiled-jpeg/encoded-picture.ts';
export { nativeTileRegion, nativeTiles } from './tiled-jpeg/native-tiles.ts';
export { forgetSpareTiles } from './tiled-jpeg/tiled-jpeg-reader.ts';
export { tissueCells } from './tissue-cells.ts';
export { computeTissueMask, type TissueMask } from './tissue-mask.ts';
