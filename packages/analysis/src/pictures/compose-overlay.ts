import type { AnalysisPlan } from '@gigascope/contracts';
import sharp from 'sharp';
import { scaleBar } from './scale-bar.ts';
import { tissueOutline } from './tissue-outline.ts';

const FOOTER_PX = 56;
const MIN_WIDTH_PX = 320;
/** Of tissue's noise more saves little: level 6 takes twice as long for a tenth fewer bytes. */
const COMPRESSION = 1;
const TISSUE_COLOUR = '#1b7f3b';

/** What lies over a slide's thumbnail. */
export interface OverlayLayers {
  /** RGBA of the thumbnail's size; null: nothing. */
  readonly colours: Buffer | null;
  /** SVG in thumbnail pixels. */
  readonly marks: string;
  /** SVG for the left half of the footer, which begins at `top`. */
  readonly legend: (width: number, top: number) => string;
}

/** Thumbnail pixels per level-0 pixel, and a cell's size in thumbnail pixels. */
export function thumbnailScale({ thumbnail, metadata, grid }: AnalysisPlan): {
  readonly perL0: { readonly x: number; readonly y: number };
  readonly cellPx: { readonly x: number; readonly y: number };
} {
  const perL0 = { x: thumbnail.width / metadata.widthL0, y: thumbnail.height / metadata.heightL0 };
  return { perL0, cellPx: { x: grid.cellL0.x * perL0.x, y: grid.cellL0.y * perL0.y } };
}

/**
 * The picture to look at: thumbnail, colours, tissue outline (on cell borders) and marks, with a legend and a scale bar below.
 * PNG bytes; the size is the thumbnail's plus the footer.
 */
export async function composeOverlay(plan: AnalysisPlan, { colours, marks, legend }: OverlayLayers): Promise<Buffer> {
  const { thumbnail, grid, spacing } = plan;
  const { perL0, cellPx } = thumbnailScale(plan);
  // An image of its own, because the last cells may reach over the slide's end, where the legend is.
  const outline =
    `<svg width="${thumbnail.width}" height="${thumbnail.height}">` +
    `<path transform="scale(${cellPx.x} ${cellPx.y})" d="${tissueOutline(plan.tissueCells, grid.columns, grid.rows)}" ` +
    `fill="none" stroke="${TISSUE_COLOUR}" stroke-width="2.5" vector-effect="non-scaling-stroke"/></svg>`;
  const height = thumbnail.height + FOOTER_PX;
  const width = Math.max(thumbnail.width, MIN_WIDTH_PX);
  const bar = scaleBar(width / 2 + 24, thumbnail.height + 40, Math.min(300, width / 2 - 48), spacing.x / perL0.x);
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${outline}${marks}${legend(width, thumbnail.height)}${bar}</svg>`;
  const size = { width: thumbnail.width, height: thumbnail.height };
  return await sharp(asBuffer(thumbnail.data), { raw: { ...size, channels: 3 } })
    .extend({ right: width - size.width, bottom: FOOTER_PX, background: '#202028' })
    .composite([
      ...(colours === null ? [] : [{ input: colours, raw: { ...size, channels: 4 as const }, left: 0, top: 0 }]),
      { input: Buffer.from(drawing), left: 0, top: 0 },
    ])
    // Every pixel is opaque.
    .removeAlpha()
    .png({ compressionLevel: COMPRESSION })
    .toBuffer();
}

/** The same bytes: an array that came from another process is a view into a larger message. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
