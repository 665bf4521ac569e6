import type { ExportFormat } from '../export-format.ts';
import { originL0 } from '../origin.ts';
import { formatProbability } from '../text/numbers.ts';

/**
 * Lesion points in CAMELYON16's form, of which the challenge's script makes the FROC curve. x and y are the pixel that the
 * point lies in: whole numbers, the script parses nothing else. The truth masks begin at level 0's corner.
 */
export const camelyonCsv: ExportFormat = {
  title: 'CAMELYON16 evaluation (lesion points)',
  mediaType: 'text/csv; charset=utf-8',
  extension: 'csv',
  origin: 'l0',
  *write({ lesions, result }, origin) {
    const from = originL0(result.slide.metadata, origin);
    yield 'confidence,x,y\n';
    for (const { probability, xL0, yL0 } of lesions) {
      yield `${formatProbability(probability)},${Math.floor(xL0 - from.x)},${Math.floor(yL0 - from.y)}\n`;
    }
  },
};
