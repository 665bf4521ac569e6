import { TIFF_TYPE_BYTES } from '../tiff-types.ts';

const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const UNDEFINED = 7;
const LONG8 = 16;
const WHOLE = [SHORT, LONG, LONG8];

interface KeptTag {
  readonly types: readonly number[];
  readonly maxCount: number;
}

const numbers = (maxCount: number): KeptTag => ({ types: WHOLE, maxCount });
const fractions = (maxCount: number): KeptTag => ({ types: [RATIONAL], maxCount });

/** 2^22 tiles, as in tiff-directory. */
const MAX_TILES = 2 ** 22;

/**
 * Tags that say how pixels are stored, measured and coloured, by number: none holds text of anyone's. All others, known or
 * not, are left out of a clean copy.
 */
const KEPT_TAGS: ReadonlyMap<number, KeptTag> = new Map([
  [254, numbers(1)], // NewSubfileType
  [256, numbers(1)], // ImageWidth
  [257, numbers(1)], // ImageLength
  [258, numbers(8)], // BitsPerSample
  [259, numbers(1)], // Compression
  [262, numbers(1)], // PhotometricInterpretation
  [266, numbers(1)], // FillOrder
  [274, numbers(1)], // Orientation
  [277, numbers(1)], // SamplesPerPixel
  [282, fractions(1)], // XResolution
  [283, fractions(1)], // YResolution
  [284, numbers(1)], // PlanarConfiguration
  [296, numbers(1)], // ResolutionUnit
  [317, numbers(1)], // Predictor
  [320, numbers(3 * 65_536)], // ColorMap
  [322, numbers(1)], // TileWidth
  [323, numbers(1)], // TileLength
  [324, numbers(MAX_TILES)], // TileOffsets
  [325, numbers(MAX_TILES)], // TileByteCounts
  [338, numbers(8)], // ExtraSamples
  [339, numbers(8)], // SampleFormat
  [347, { types: [UNDEFINED], maxCount: 65_536 }], // JPEGTables
  [529, fractions(3)], // YCbCrCoefficients
  [530, numbers(2)], // YCbCrSubSampling
  [531, numbers(1)], // YCbCrPositioning
  [532, fractions(6)], // ReferenceBlackWhite
  [32_997, numbers(1)], // ImageDepth
  [32_998, numbers(1)], // TileDepth
  [34_675, { types: [UNDEFINED], maxCount: 2 ** 22 }], // ICC profile
]);

/** Numbers of pixels' places and of measures, which writers share between directories. */
const NUMERIC_TYPES: ReadonlySet<number> = new Set([SHORT, LONG, RATIONAL, LONG8]);

export type TagVerdict = 'kept' | 'dropped' | 'malformed';

/** 'malformed': a tag that would be kept, with a type or length that it never has. */
export function judgeTag({ tag, type, count }: { tag: number; type: number; count: number }): TagVerdict {
  const kept = KEPT_TAGS.get(tag);
  if (kept === undefined) return 'dropped';
  return kept.types.includes(type) && count <= kept.maxCount ? 'kept' : 'malformed';
}

/** Whether a dropped field's values may identify someone: text and bytes, not numbers. */
export function mayIdentify({ type }: { type: number }): boolean {
  return !NUMERIC_TYPES.has(type);
}

export function fieldBytes({ type, count }: { type: number; count: number }): number {
  return count * (TIFF_TYPE_BYTES[type] ?? 0);
}
