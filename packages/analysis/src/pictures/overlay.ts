import type { AnalysisPlan, Lesion } from '@gigascope/contracts';
import { colourHeatmap, type Heatmap, MAGMA_CSS } from '@gigascope/findings';
import sharp from 'sharp';
import { composeOverlay, thumbnailScale } from './compose-overlay.ts';
import { strokeText } from './stroke-font.ts';

const MARK_RADIUS_PX = 15;
const MAX_NUMBERED_LESIONS = 99;
const LESION_COLOUR = '#00e5ff';
/** Likely tumour is coloured, the rest stays visible: a pathologist wants to see what the model passed over, too. */
const opacityOf = (probability: number): number => Math.min(0.65, probability);

export interface OverlayInput {
  readonly plan: AnalysisPlan;
  readonly heatmap: Heatmap;
  readonly lesions: readonly Lesion[];
  readonly threshold: number;
}

/** The picture of a heatmap: magma over the slide, numbered lesions, a colour scale. PNG bytes. */
export async function drawOverlay({ plan, heatmap, lesions, threshold }: OverlayInput): Promise<Buffer> {
  const { perL0, cellPx } = thumbnailScale(plan);
  const marks = lesions
    .slice(0, MAX_NUMBERED_LESIONS)
    .map((lesion) => lesionMark(lesion, lesion.xL0 * perL0.x, lesion.yL0 * perL0.y));
  return await composeOverlay(plan, {
    colours: await stretch(heatmap, cellPx, plan.thumbnail),
    marks: marks.join(''),
    legend: (width, top) => drawScale(width, top, threshold),
  });
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
  return await sharp(colourHeatmap(heatmap, { opacityOf }), { raw: { width: columns, height: rows, channels: 4 } })
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

/** Colour scale from 0 to 1 with a tick at the threshold. */
function drawScale(width: number, top: number, threshold: number): string {
  const stops = MAGMA_CSS.map((colour, i) => `<stop offset="${i / (MAGMA_CSS.length - 1)}" stop-color="${colour}"/>`);
  const scale = { x: 24, y: top + 30, width: Math.min(200, width / 2 - 48), height: 12 };
  const tickX = scale.x + threshold * scale.width;
  return (
    `<defs><linearGradient id="scale">${stops.join('')}</linearGradient></defs>` +
    `<rect x="${scale.x}" y="${scale.y}" width="${scale.width}" height="${scale.height}" fill="url(#scale)" stroke="#fff"/>` +
    `<path d="M${tickX} ${scale.y - 4}v${scale.height + 8}" stroke="${LESION_COLOUR}" stroke-width="2"/>` +
    strokeText('0', scale.x, scale.y - 12, 11, '#fff') +
    strokeText('1', scale.x + scale.width, scale.y - 12, 11, '#fff') +
    strokeText(String(threshold), tickX, scale.y - 12, 11, LESION_COLOUR)
  );
}
