import type { OutputFileName } from '@gigascope/contracts/paths';
import { colourHeatmap, type Heatmap, writeNpy } from '@gigascope/findings';
import sharp from 'sharp';
import { write } from './write-output.ts';

/** Writes a heatmap as numbers and as a picture, one pixel a cell. */
export async function writeHeatmap(folder: string, heatmap: Heatmap): Promise<OutputFileName[]> {
  const { columns, rows } = heatmap;
  const picture = sharp(colourHeatmap(heatmap), { raw: { width: columns, height: rows, channels: 4 } });
  return [
    await write(folder, 'heatmap.npy', writeNpy({ shape: [rows, columns], data: heatmap.values })),
    await write(folder, 'heatmap.png', await picture.png().toBuffer()),
  ];
}
