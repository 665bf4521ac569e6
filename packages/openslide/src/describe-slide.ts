import { OpenSlideError } from './error.ts';
import type { Level, SizePx } from './geometry.ts';
import { sizeFromNative } from './geometry.ts';
import type { SlideHandle } from './handle.ts';
import { decodeNames } from './native.ts';

/** What a slide says about itself; none of it changes while the slide is open. */
export interface SlideDescription {
  readonly dimensions: SizePx;
  readonly levels: readonly Level[];
  readonly properties: Readonly<Record<string, string>>;
  readonly associatedImages: Readonly<Record<string, SizePx>>;
}

/** Reads the whole description, a few dozen calls without any pixel. */
export function describeSlide(handle: SlideHandle): SlideDescription {
  return {
    dimensions: readDimensions(handle),
    levels: readLevels(handle),
    properties: readProperties(handle),
    associatedImages: readAssociatedImages(handle),
  };
}

function readDimensions(handle: SlideHandle): SizePx {
  const [width, height]: [[number], [number]] = [[-1], [-1]];
  const functionName = 'openslide_get_level0_dimensions';
  handle.call(functionName, handle.native.core.getLevel0Dimensions, width, height);
  return Object.freeze(sizeFromNative(width[0], height[0], functionName));
}

function readLevels(handle: SlideHandle): readonly Level[] {
  const { core } = handle.native;
  const levelCount = handle.call('openslide_get_level_count', core.getLevelCount);
  const levels = Array.from({ length: Math.max(levelCount, 0) }, (_, level) => {
    const [width, height]: [[number], [number]] = [[-1], [-1]];
    const functionName = 'openslide_get_level_dimensions';
    handle.call(functionName, core.getLevelDimensions, level, width, height);
    const downsample = handle.call('openslide_get_level_downsample', core.getLevelDownsample, level);
    if (!Number.isFinite(downsample) || downsample <= 0) {
      const message = `the file states a downsample of ${downsample} for level ${level}`;
      throw new OpenSlideError('NATIVE_ERROR', 'openslide_get_level_downsample', message);
    }
    return Object.freeze({ ...sizeFromNative(width[0], height[0], functionName), downsample });
  });
  return Object.freeze(levels);
}

function readProperties(handle: SlideHandle): Readonly<Record<string, string>> {
  const { core } = handle.native;
  const list = handle.call('openslide_get_property_names', core.getPropertyNames);
  const names = list === null ? [] : decodeNames(list);
  const entries = names.map((name): [string, string] => [
    name,
    handle.call('openslide_get_property_value', core.getPropertyValue, name) ?? '',
  ]);
  return Object.freeze(Object.fromEntries(entries));
}

function readAssociatedImages(handle: SlideHandle): Readonly<Record<string, SizePx>> {
  const { core } = handle.native;
  const list = handle.call('openslide_get_associated_image_names', core.getAssociatedImageNames);
  const names = list === null ? [] : decodeNames(list);
  const entries = names.map((name): [string, SizePx] => {
    const [width, height]: [[number], [number]] = [[-1], [-1]];
    const functionName = 'openslide_get_associated_image_dimensions';
    handle.call(functionName, core.getAssociatedImageDimensions, name, width, height);
    return [name, Object.freeze(sizeFromNative(width[0], height[0], functionName))];
  });
  return Object.freeze(Object.fromEntries(entries));
}
