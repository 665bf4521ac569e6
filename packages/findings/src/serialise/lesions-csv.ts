import type { Lesion } from '@gigascope/contracts';
import { formatProbability } from './probability.ts';

/**
 * Writes points in CAMELYON16's form: a header `confidence,x,y`, then one line per point, level-0 pixels.
 * x and y are the pixel that the point lies in (whole numbers: the challenge's script parses nothing else).
 */
export function formatDetectionCsv(points: readonly Pick<Lesion, 'probability' | 'xL0' | 'yL0'>[]): string {
  const lines = points.map(
    ({ probability, xL0, yL0 }) => `${formatProbability(probability)},${Math.floor(xL0)},${Math.floor(yL0)}\n`,
  );
  return `confidence,x,y\n${lines.join('')}`;
}
