import type { AnalysisPlan, Lesion } from '@gigascope/contracts';
import { colourHeatmap, type Heatmap, MAGMA_CSS } from '@gigascope/findings';
import sharp from 'sharp';
import { scaleBar } from './scale-bar.ts';
import { strokeText } from './stroke-font.ts';
import { tissueOutline } from './tissue-outline.ts';

const FOOTER_PX = 56;
const MARK_RADIUS_PX = 15;
const MAX_NUMBERED_LESIONS = 99;
const TISSUE_COLOUR = '#1b7f3b';
const LESION_COLOUR = '#00e5ff';
/** Likely tumour is coloured, the rest stays visible: a pathologist wants to see what the model passed over, too. */
const opacityOf = (probability: number): number => Math.min(0.65, probability);

export interface OverlayInput {
  readonly plan: AnalysisPlan;
  readonly heatmap: Heatmap;
  readonly lesions: readonly Lesion[];
  readonly threshold: number;
}

/**
 * The picture to look at: thumbnail, heatmap, tissue outline (on cell borders) and numbered lesions, with a colour
 * scale and a scale bar below. PNG bytes; the size is the thumbnail's plus the footer.
 */
export async function drawOverlay({ plan, heatmap, lesions, threshold }: OverlayInput): Promise<Buffer> {
  const { thumbnail, metadata, grid, spacing } = plan;
  const perL0 = { x: thumbnail.width / metadata.widthL0, y: thumbnail.height / metadata.heightL0 };
  const cellPx = { x: grid.cellL0.x * perL0.x, y: grid.cellL0.y * perL0.y };
  const umPerPx = spacing.x / perL0.x;
  const heat = await stretch(heatmap, cellPx, thumbnail);
  const marks = lesions
    .slice(0, MAX_NUMBERED_LESIONS)
    .map((lesion) => lesionMark(lesion, lesion.xL0 * perL0.x, lesion.yL0 * perL0.y));
  const outline =
    `<path transform="scale(${cellPx.x} ${cellPx.y})" d="${tissueOutline(plan.tissueCells, grid.columns, grid.rows)}" ` +
    `fill="none" stroke="${TISSUE_COLOUR}" stroke-width="2.5" vector-effect="non-scaling-stroke"/>`;
  const height = thumbnail.height + FOOTER_PX;
  const width = Math.max(thumbnail.width, 320);
  const footer = drawFooter(width, thumbnail.height, threshold, umPerPx);
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${outline}${marks.join('')}${footer}</svg>`;
  return await sharp({ create: { width, height, channels: 3, background: '#202028' } })
    .composite([
      {
        input: asBuffer(thumbnail.data),
        raw: { width: thumbnail.width, height: thumbnail.height, channels: 3 },
        left: 0,
        top: 0,
      },
      { input: heat, raw: { width: thumbnail.width, height: thumbnail.height, channels: 4 }, left: 0, top: 0 },
      { input: Buffer.from(drawing), left: 0, top: 0 },
    ])
    // Every pixel is opaque.
    .removeAlpha()
    .png()
    .toBuffer();
}

/** The same bytes: an array that came from another process is a view into a larger message. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Enlarges the heatmap so that each cell covers its square of the thumbnail; the grid's overhang is cut off. */
async function stretch(
  heatmap: Heatmap,
  cellPx: { x: number; y: number },
  thumbnail: { width: number; height: number },
): Promise<Buffer> {
  const { columns, rows } = heatmap;
  const full = {
    width: Math.max(thumbnail.width, Math.round(columns * cellPx.x)),
    height: Math.max(thumbnail.height, Math.round(rows * cellPx.y)),
  };
  return await sharp(colourHeatmap(heatmap, opacityOf), { raw: { width: columns, height: rows, channels: 4 } })
    .resize(full.width, full.height, { kernel: 'nearest', fit: 'fill' })
    .extract({ left: 0, top: 0, width: thumbnail.width, height: thumbnail.height })
    .raw()
    .toBuffer();
}

function lesionMark(lesion: Lesion, x: number, y: number): string {
  const ring = (width: number, colour: string): string =>
    `<circle cx="${x}" cy="${y}" r="${MARK_RADIUS_PX}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
  return (
    ring(4.5, '#000') +
    ring(2.5, LESION_COLOUR) +
    strokeText(String(lesion.rank), x + MARK_RADIUS_PX + 14, y - MARK_RADIUS_PX, 14, LESION_COLOUR)
  );
}

/** Colour scale from 0 to 1 with a tick at the threshold, and the scale bar. */
function drawFooter(width: number, top: number, threshold: number, umPerPx: number): string {
  const stops = MAGMA_CSS.map((colour, i) => `<stop offset="${i / (MAGMA_CSS.length - 1)}" stop-color="${colour}"/>`);
  const scale = { x: 24, y: top + 30, width: Math.min(200, width / 2 - 48), height: 12 };
  const tickX = scale.x + threshold * scale.width;
  return (
    `<defs><linearGradient id="scale">${stops.join('')}</linearGradient></defs>` +
    `<rect x="${scale.x}" y="${scale.y}" width="${scale.width}" height="${scale.height}" fill="url(#scale)" stroke="#fff"/>` +
    `<path d="M${tickX} ${scale.y - 4}v${scale.height + 8}" stroke="${LESION_COLOUR}" stroke-width="2"/>` +
    strokeText('0', scale.x, scale.y - 12, 11, '#fff') +
    strokeText('1', scale.x + scale.width, scale.y - 12, 11, '#fff') +
    strokeText(String(threshold), tickX, scale.y - 12, 11, LESION_COLOUR) +
    scaleBar(width / 2 + 24, top + 40, Math.min(300, width / 2 - 48), umPerPx)
  );
}
