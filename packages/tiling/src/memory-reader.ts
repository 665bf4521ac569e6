import { GigascopeError, type RgbImage, SlideMetadata, type Spacing } from '@gigascope/contracts';
import { checkRegion, clipToLevel } from './region-limits.ts';
import { copyRect, filledImage } from './rgb-raster.ts';
import type { LevelRegion, SlideReader } from './slide-reader.ts';

export interface MemorySlide {
  /** Highest resolution first. */
  readonly levels: readonly { readonly image: RgbImage; readonly downsample: number }[];
  readonly mpp?: Spacing | null;
  readonly objectivePower?: number | null;
  readonly backgroundRgb?: readonly [number, number, number];
  readonly associated?: Readonly<Record<string, RgbImage>>;
}

/** Serves RGB arrays as the levels of a slide. */
export function createMemoryReader(slide: MemorySlide): SlideReader {
  const associated = new Map(Object.entries(slide.associated ?? {}));
  const metadata = SlideMetadata.parse({
    vendor: 'memory',
    widthL0: slide.levels[0]?.image.width,
    heightL0: slide.levels[0]?.image.height,
    levels: slide.levels.map(({ image, downsample }, index) => ({
      index,
      widthPx: image.width,
      heightPx: image.height,
      downsample,
    })),
    mpp: slide.mpp ?? null,
    objectivePower: slide.objectivePower ?? null,
    backgroundRgb: slide.backgroundRgb ?? [255, 255, 255],
    boundsL0: null,
    associatedImages: [...associated.keys()],
    properties: {},
  });
  return {
    metadata,
    async readRegion(region: LevelRegion, into?: Uint8Array<ArrayBuffer>): Promise<RgbImage> {
      const level = checkRegion(metadata, region);
      const image = filledImage(region.width, region.height, metadata.backgroundRgb, into);
      const inside = clipToLevel(region, level);
      const source = slide.levels[region.level];
      if (inside !== null && source !== undefined) {
        copyRect(source.image, inside, image, { x: inside.x - region.x, y: inside.y - region.y });
      }
      return image;
    },
    async readAssociated(name: string): Promise<RgbImage> {
      const image = associated.get(name);
      if (image === undefined) throw new GigascopeError('LEVEL_OUT_OF_RANGE', `no associated image "${name}"`);
      return { ...image, data: image.data.slice() };
    },
    async [Symbol.asyncDispose](): Promise<void> {},
  };
}
