/** The process that opens slides for those who must not. Only slides that are viewed stay open between requests. */
import { GigascopeError, readerProtocol, type SlideMetadata, type Spacing } from '@gigascope/contracts';
import { serve } from '@gigascope/processes';
import {
  computeTissueMask,
  encodedPicture,
  measureQuality,
  nativeTileRegion,
  nativeTiles,
  openSlide,
  openSlideVersion,
  planCleanCopy,
  readScaledRegion,
  readThumbnail,
  resolveSpacing,
} from '@gigascope/tiling';
import { encodedTile } from './encoded-tile.ts';
import { OpenSlides } from './open-slides.ts';

const MAX_OPEN_SLIDES = 8;
const viewed = new OpenSlides(openSlide, MAX_OPEN_SLIDES);

function spacingOrNull(metadata: SlideMetadata, mppOverride: number | null): Spacing | null {
  try {
    return resolveSpacing(metadata, { mppOverride, allowObjectivePower: false });
  } catch (error) {
    if (error instanceof GigascopeError && error.code === 'SPACING_UNKNOWN') return null;
    throw error;
  }
}

serve(
  readerProtocol,
  {
    inspect: async ({ path, tissue, mppOverride }) => {
      await using reader = await openSlide(path);
      const { metadata } = reader;
      const spacing = spacingOrNull(metadata, mppOverride);
      const mask = spacing === null ? null : await computeTissueMask(reader, spacing, tissue);
      return { metadata, spacing, tissueShare: mask?.share ?? null, library: openSlideVersion() };
    },
    region: async ({ path, xL0, yL0, level, widthPx, heightPx }) => {
      await using reader = await openSlide(path);
      const downsample = reader.metadata.levels[level]?.downsample;
      if (downsample === undefined) throw new GigascopeError('LEVEL_OUT_OF_RANGE', `level ${level}`);
      const [x, y] = [Math.round(xL0 / downsample), Math.round(yL0 / downsample)];
      return { image: await reader.readRegion({ level, x, y, width: widthPx, height: heightPx }) };
    },
    probe: async ({ path, thumbnailSidePx }) => {
      await using reader = await openSlide(path);
      const { image } = await readThumbnail(reader, thumbnailSidePx);
      return { metadata: reader.metadata, thumbnail: image };
    },
    tile: async ({ path, ...asked }) => viewed.with(path, async (reader) => encodedTile(reader, asked)),
    nativeTiles: async ({ path }) => viewed.with(path, async (reader) => nativeTiles(reader)),
    nativeTile: async ({ path, level, col, row, quality }) =>
      viewed.with(path, async (reader) =>
        encodedPicture(await reader.readRegion(nativeTileRegion(reader, level, col, row)), quality),
      ),
    scaled: async ({ path, xL0, yL0, widthL0, heightL0, widthPx, heightPx }) =>
      viewed.with(path, async (reader) => {
        const rect = { x: xL0, y: yL0, width: widthL0, height: heightL0 };
        return { image: await readScaledRegion(reader, rect, { width: widthPx, height: heightPx }) };
      }),
    associated: async ({ path, name }) =>
      viewed.with(path, async (reader) => ({ image: await reader.readAssociated(name) })),
    quality: async ({ path, mpp }) => {
      await using reader = await openSlide(path);
      const stated = mpp ?? resolveSpacing(reader.metadata, { mppOverride: null, allowObjectivePower: false });
      return await measureQuality(reader, stated);
    },
    deidentify: async ({ path }) => viewed.with(path, ({ metadata }) => planCleanCopy(path, metadata)),
    library: async () => ({ version: openSlideVersion() }),
    figures: async () => ({ peakMemoryBytes: process.resourceUsage().maxRSS * 1024 }),
  },
  async () => viewed[Symbol.asyncDispose](),
);
