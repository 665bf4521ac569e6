export { MaskPyramidWriter } from './mask-pyramid-writer.ts';
export { type PyramidLevel, pyramidLevels } from './pyramid-levels.ts';
export { type StoredTile, TiffPyramidWriter } from './tiff-pyramid-writer.ts';
