import type { Rect, RgbImage, SlideMetadata } from '@gigascope/contracts';

/** A rectangle of one pyramid level; origin and size are both in that level's pixels. */
export type LevelRegion = Rect<'level'> & { readonly level: number };

/** False of a part of a level whose pixels nobody will look at. */
export type ShownParts = (part: Rect<'level'>) => boolean;

/** What the whole system knows of a slide file: metadata and pixels. Every adapter passes test/conformance/slide-reader.ts. */
export interface SlideReader extends AsyncDisposable {
  readonly metadata: SlideMetadata;
  /**
   * Reads a rectangle of one level as RGB over the slide's background colour. Parts outside the level are that colour.
   * The same level pixel has the same value whichever region it is read through. The image lies in the first bytes of
   * `into` where that is given and long enough, so that reading many regions need not allocate each; else in fresh memory.
   * Parts that `shown` says false of may be left black instead of being decoded.
   * Throws LEVEL_OUT_OF_RANGE before anything is allocated, TILE_CORRUPT when stored pixels cannot be decoded.
   */
  readRegion(region: LevelRegion, into?: Uint8Array<ArrayBuffer>, shown?: ShownParts): Promise<RgbImage>;
  /** Reads the label, macro or thumbnail; LEVEL_OUT_OF_RANGE when `metadata.associatedImages` does not hold the name. */
  readAssociated(name: string): Promise<RgbImage>;
}
