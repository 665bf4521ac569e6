import type { Annotation } from './annotation.ts';
import { Allowance, isCoordinate, MOST_NAME_CHARACTERS, refuse } from './limits.ts';
import { offsetOf, type ReadOptions } from './read-options.ts';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads points from a table as CAMELYON's lists of lesions are: comma-separated, with a heading that names `x` and `y`,
 * level-0 pixels, and perhaps `name` and `class`; other columns are passed over. Throws ARGUMENT_INVALID.
 */
export function readCamelyonCsv(text: string, options: ReadOptions = {}): readonly Annotation[] {
  const file = options.name ?? 'CSV';
  const allowance = new Allowance(file, text);
  const offset = offsetOf(options, 'l0');
  const [heading = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const columns = heading.split(',').map((name) => name.trim().toLowerCase());
  if (!columns.includes('x') || !columns.includes('y')) refuse(file, 'its heading does not name x and y');
  return lines.flatMap((line, k) => {
    if (line.trim() === '') return [];
    allowance.takeAnnotation();
    allowance.takePoint();
    const cells = line.split(',').map((cell) => cell.trim());
    const [name, className, x, y] = ['name', 'class', 'x', 'y'].map((column) => cells[columns.indexOf(column)] ?? '');
    const place = { x: toNumber(x), y: toNumber(y) };
    const where = `line ${k + 2}`;
    if (!isCoordinate(place.x) || !isCoordinate(place.y))
      refuse(file, `${where}: a coordinate that is no number within 1e9 pixels`);
    if (Math.max(name?.length ?? 0, className?.length ?? 0) > MOST_NAME_CHARACTERS)
      refuse(file, `${where}: a name longer than ${MOST_NAME_CHARACTERS} characters`);
    const points = [{ x: place.x + offset.x, y: place.y + offset.y }];
    return [{ name: name || null, class: className || null, geometry: { type: 'points' as const, points } }];
  });
}

function toNumber(text = ''): number {
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}
