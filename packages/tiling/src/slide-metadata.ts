import { GigascopeError, SlideMetadata } from '@gigascope/contracts';
import type { Slide } from 'node-openslide';
import { positiveNumber, spacingFromProperties } from './spacing.ts';

type Properties = Readonly<Record<string, string>>;
const WHITE: [number, number, number] = [255, 255, 255];

/** Reads a slide's metadata from OpenSlide's levels and properties. Throws SLIDE_UNREADABLE when they make no sense. */
export function metadataOf(slide: Pick<Slide, 'levels' | 'properties' | 'associatedImages'>): SlideMetadata {
  const { properties } = slide;
  const parsed = SlideMetadata.safeParse({
    vendor: properties['openslide.vendor'] ?? 'unknown',
    widthL0: slide.levels[0]?.widthPx,
    heightL0: slide.levels[0]?.heightPx,
    levels: slide.levels.map((level, index) => ({ index, ...level })),
    mpp: spacingFromProperties(properties),
    objectivePower: positiveNumber(properties['openslide.objective-power']),
    backgroundRgb: backgroundOf(properties),
    boundsL0: boundsOf(properties),
    associatedImages: Object.keys(slide.associatedImages),
    properties,
  });
  if (parsed.success) return parsed.data;
  throw new GigascopeError('SLIDE_UNREADABLE', parsed.error.issues[0]?.message, { cause: parsed.error });
}

function backgroundOf(properties: Properties): [number, number, number] {
  const hex = /^([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(properties['openslide.background-color'] ?? '');
  return hex === null ? WHITE : [channel(hex[1]), channel(hex[2]), channel(hex[3])];
}

function channel(hex: string | undefined): number {
  return Number.parseInt(hex ?? 'ff', 16);
}

function boundsOf(properties: Properties): SlideMetadata['boundsL0'] {
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((side) => {
    const text = properties[`openslide.bounds-${side}`];
    return text === undefined || !/^-?\d+$/.test(text) ? null : Number(text);
  });
  if (typeof x !== 'number' || typeof y !== 'number' || !width || !height || width < 0 || height < 0) return null;
  return { x, y, width, height };
}
