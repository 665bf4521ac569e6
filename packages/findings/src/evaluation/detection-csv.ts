import { GigascopeError } from '@gigascope/contracts';
import type { ScoredPoint } from './froc-slide.ts';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Parses detections in CAMELYON16's form, `confidence,x,y` in level-0 pixels, with or without a header line.
 * An empty file holds no detection. Throws ARGUMENT_INVALID that names the line; `name` is the file's, for the message.
 */
export function parseDetectionCsv(text: string, name = 'detections'): readonly ScoredPoint[] {
  const points: ScoredPoint[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  lines.forEach((line, k) => {
    if (line.trim() === '') return;
    const fields = line.split(',').map((field) => field.trim());
    if (
      k === 0 &&
      fields.length === 3 &&
      fields.every((field) => /^[a-z][a-z_ ]*$/i.test(field) && !isNotFinite(field))
    )
      return;
    const [p, xL0, yL0] = fields.map((field) => (NUMBER.test(field) ? Number(field) : Number.NaN));
    if (fields.length !== 3 || ![p, xL0, yL0].every(Number.isFinite)) {
      throw new GigascopeError('ARGUMENT_INVALID', `${name}, line ${k + 1}: expected confidence,x,y`);
    }
    points.push({ p: p ?? 0, xL0: xL0 ?? 0, yL0: yL0 ?? 0 });
  });
  return points;
}

/** Words that are numbers elsewhere: a line of them is damage, not a header. */
function isNotFinite(field: string): boolean {
  return /^(?:nan|inf|infinity)$/i.test(field);
}
