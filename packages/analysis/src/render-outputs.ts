import type { AnalysisPlan, AnalysisResult } from '@gigascope/contracts';
import { colourHeatmap, formatDetectionCsv, formatLesionsGeoJson, type Heatmap, writeNpy } from '@gigascope/findings';
import sharp from 'sharp';
import { drawOverlay } from './pictures/overlay.ts';

/** One file that an analysis leaves. */
export interface OutputFile {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Uint8Array | string;
}

export interface Findings {
  readonly plan: AnalysisPlan;
  readonly heatmap: Heatmap;
  readonly result: AnalysisResult;
}

/** Makes every file that an analysis leaves, on disk or in a store; the same findings give the same bytes. result.json is the last. */
export async function renderOutputs({ plan, heatmap, result }: Findings): Promise<OutputFile[]> {
  const { columns, rows } = heatmap;
  const heatmapPng = sharp(colourHeatmap(heatmap), { raw: { width: columns, height: rows, channels: 4 } });
  const overlay = drawOverlay({ plan, heatmap, lesions: result.lesions, threshold: result.threshold });
  return [
    {
      name: 'heatmap.npy',
      mediaType: 'application/octet-stream',
      content: writeNpy({ shape: [rows, columns], data: heatmap.values }),
    },
    { name: 'heatmap.png', mediaType: 'image/png', content: await heatmapPng.png().toBuffer() },
    { name: 'overlay.png', mediaType: 'image/png', content: await overlay },
    { name: 'lesions.csv', mediaType: 'text/csv', content: formatDetectionCsv(result.lesions) },
    { name: 'lesions.geojson', mediaType: 'application/geo+json', content: formatLesionsGeoJson(result.lesions) },
    { name: 'result.json', mediaType: 'application/json', content: `${JSON.stringify(result, null, 2)}\n` },
  ];
}
