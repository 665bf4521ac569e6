import type { Detection } from '@gigascope/contracts';
import { roundCoordinate as round } from './coordinate.ts';
import { formatProbability } from './probability.ts';

/** Writes detections as CSV (RFC 4180): a header, then class, confidence and the box in level-0 pixels, line by line. */
export function* detectionsCsv(detections: Iterable<Detection>): Generator<string, void, undefined> {
  yield 'class,confidence,x0,y0,x1,y1\n';
  for (const { class: name, probability, x0L0, y0L0, x1L0, y1L0 } of detections) {
    const box = [x0L0, y0L0, x1L0, y1L0].map(round).join(',');
    yield `${quote(name)},${formatProbability(probability)},${box}\n`;
  }
}

function quote(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
