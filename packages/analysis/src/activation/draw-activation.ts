import type { ManifestOf } from '@gigascope/contracts';
import { colourHeatmap } from '@gigascope/findings';
import sharp from 'sharp';
import type { ActivationField } from './activation-field.ts';

/** Patch pixels are drawn this large, so that nuclei can be seen. */
const ENLARGEMENT = 2;
const MAX_OPACITY = 0.65;
/** Least range of the colours in logits: differences below it are not blown up. */
const MIN_RANGE = 1;

/** Between the two pictures. */
const GAP_PX = 8;

/**
 * Draws a patch (uint8 RGB, patchSizePx² · 3) twice as large, and beside it the same in grey with an activation field over it: magma
 * from the lowest value in the patch, transparent, to the highest, interpolated bilinearly. A frame shows the cell that the
 * patch's label speaks of. PNG bytes.
 */
export async function drawActivation(
  patch: Uint8Array<ArrayBuffer>,
  field: ActivationField,
  { patchSizePx, stridePx }: Pick<ManifestOf<'classify'>, 'patchSizePx' | 'stridePx'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const side = patchSizePx * ENLARGEMENT;
  const pixels = Buffer.from(patch.buffer, patch.byteOffset, patch.byteLength);
  const enlarged = sharp(pixels, { raw: { width: patchSizePx, height: patchSizePx, channels: 3 } }).resize(side, side);
  const values = scaled(upsampled(field, patchSizePx, side));
  const colours = colourHeatmap({ columns: side, rows: side, values }, { opacityOf: (value) => MAX_OPACITY * value });
  const label = Buffer.from(frame(patchSizePx, stridePx));
  const right = side + GAP_PX;
  const png = await sharp({ create: { width: right + side, height: side, channels: 3, background: '#fff' } })
    .composite([
      { input: await enlarged.clone().png().toBuffer(), left: 0, top: 0 },
      { input: await enlarged.clone().greyscale().png().toBuffer(), left: right, top: 0 },
      { input: Buffer.from(colours.buffer), raw: { width: side, height: side, channels: 4 }, left: right, top: 0 },
      { input: label, left: 0, top: 0 },
      { input: label, left: right, top: 0 },
    ])
    .removeAlpha()
    .png()
    .toBuffer();
  return Uint8Array.from(png);
}

/** The field at the centre of each of side² picture pixels; beyond its outermost samples it stays what it is there. */
export function upsampled(
  { values, side: samples, firstPx, stepPx }: ActivationField,
  patchSizePx: number,
  side: number,
): Float32Array<ArrayBuffer> {
  const places = Array.from({ length: side }, (_, i) => {
    const patchPx = ((i + 0.5) * patchSizePx) / side - 0.5;
    const at = Math.min(samples - 1, Math.max(0, (patchPx - firstPx) / stepPx));
    const low = Math.min(Math.floor(at), Math.max(0, samples - 2));
    return { low, high: Math.min(low + 1, samples - 1), part: at - low };
  });
  const value = (row: number, col: number): number => values[row * samples + col] as number;
  const out = new Float32Array(side * side);
  for (const [y, v] of places.entries())
    for (const [x, h] of places.entries()) {
      const top = value(v.low, h.low) * (1 - h.part) + value(v.low, h.high) * h.part;
      const bottom = value(v.high, h.low) * (1 - h.part) + value(v.high, h.high) * h.part;
      out[y * side + x] = top * (1 - v.part) + bottom * v.part;
    }
  return out;
}

function scaled(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const range = Math.max(high - low, MIN_RANGE);
  return values.map((value) => (value - low) / range);
}

/** The labelled cell: `stridePx` wide, the patch beginning ⌊(patch − stride) / 2⌋ before it. */
function frame(patchSizePx: number, stridePx: number): string {
  const side = patchSizePx * ENLARGEMENT;
  const at = Math.floor((patchSizePx - stridePx) / 2) * ENLARGEMENT;
  const square = (width: number, colour: string): string =>
    `<rect x="${at}" y="${at}" width="${stridePx * ENLARGEMENT}" height="${stridePx * ENLARGEMENT}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">${square(5, '#000')}${square(2.5, '#00e5ff')}</svg>`;
}
