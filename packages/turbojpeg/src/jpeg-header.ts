/** The colours that a stream holds, as libjpeg takes them from its markers (JFIF, Adobe, component names). */
export type ColourSpace = 'rgb' | 'ycbcr' | 'grey' | 'cmyk' | 'ycck';

/** `TJCS_*`, by number. */
export const COLOUR_SPACES: readonly ColourSpace[] = ['rgb', 'ycbcr', 'grey', 'cmyk', 'ycck'];

/** What the header of a JPEG stream says. */
export interface JpegHeader {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly colourSpace: ColourSpace;
}
