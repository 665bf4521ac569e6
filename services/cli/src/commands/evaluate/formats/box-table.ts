import { imageName } from '../files.ts';
import { type BoxSet, groupByImage, storedBox, UNCLASSIFIED } from './box-set.ts';
import { type CsvRow, numberAt, parseCsv } from './csv.ts';

/**
 * Reads boxes as `analyze` writes them: CSV with x0, y0, x1, y1, and class, confidence and image where they are known.
 * Without a column `image` all are of `fileImage`.
 */
export function parseBoxTable(text: string, fileImage: string, name: string): BoxSet {
  const { columns, rows } = parseCsv(text, ['x0', 'y0', 'x1', 'y1'], name);
  const boxes = rows.map((row) => {
    const [x0, y0, x1, y1] = ['x0', 'y0', 'x1', 'y1'].map((column) => numberAt(row, column, name)) as Corners;
    const image = row.cell('image');
    const box = { class: row.cell('class') ?? UNCLASSIFIED, x0, y0, x1, y1, probability: confidenceOf(row, name) };
    return {
      image: image === undefined ? fileImage : imageName(image),
      box: storedBox(box, `${name}, line ${row.line}`),
    };
  });
  const known = new Map(columns.includes('image') ? [] : [[fileImage, null]]);
  return { images: groupByImage(boxes, known), skipped: { broken: 0, crowds: 0 }, isUnnamed: known.size > 0 };
}

type Corners = [number, number, number, number];

function confidenceOf(row: CsvRow, name: string): number | null {
  const column = ['confidence', 'probability', 'score'].find((candidate) => row.cell(candidate) !== undefined);
  return column === undefined ? null : numberAt(row, column, name);
}
