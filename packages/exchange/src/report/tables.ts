import type { Detection, Lesion } from '@gigascope/contracts';
import type { ExportSource } from '../export-source.ts';
import { lesionClassName } from '../lesion-class.ts';
import { type Origin, originL0 } from '../origin.ts';
import { formatProbability, roundCoordinate } from '../text/numbers.ts';
import { htmlTable } from './html-table.ts';

/** What a printed page can hold; the whole list is in the other formats. */
const MOST_ROWS = 25;

/** The report's tables of findings: counts, the first lesions, the first boxes. Reads no more boxes than it shows. */
export async function* tablesOf(source: ExportSource, origin: Origin): AsyncGenerator<string, void, undefined> {
  const { counts, slide } = source.result;
  const from = originL0(slide.metadata, origin);
  if (counts.length > 0) yield htmlTable('Counts', ['Class', 'Count', 'Area (mm²)'], counts.map(countRow));
  const { lesions } = source;
  if (lesions.length > 0) {
    const shown = lesions.slice(0, MOST_ROWS).map((lesion) => lesionRow(lesion, from));
    yield htmlTable(titleOf('Lesions', lesions.length), LESION_COLUMNS, shown);
  }
  const boxes = await first(source.detections, MOST_ROWS);
  if (boxes.length > 0) {
    yield htmlTable(
      `The ${boxes.length} most probable boxes`,
      BOX_COLUMNS,
      boxes.map((box) => boxRow(box, from)),
    );
  }
}

const LESION_COLUMNS = ['No.', 'Probability', 'x (px)', 'y (px)', 'Longest diameter (µm)', 'Area (mm²)', 'Size class'];
const BOX_COLUMNS = ['No.', 'Class', 'Probability', 'x (px)', 'y (px)', 'Width (px)', 'Height (px)'];

type Row = readonly (string | number)[];
type Corner = { readonly x: number; readonly y: number };

function titleOf(what: string, count: number): string {
  return count > MOST_ROWS ? `${what}: the first ${MOST_ROWS} of ${count}` : `${what}: ${count}`;
}

function countRow({ class: name, count, areaUm2 }: ExportSource['result']['counts'][number]): Row {
  return [name, count, areaUm2 === null ? '' : squareMillimetres(areaUm2)];
}

function lesionRow(lesion: Lesion, from: Corner): Row {
  return [
    lesion.rank,
    formatProbability(lesion.probability),
    roundCoordinate(lesion.xL0 - from.x),
    roundCoordinate(lesion.yL0 - from.y),
    `${Math.round(lesion.diameterUm)} ± ${Math.round(lesion.diameterUncertaintyUm)}`,
    squareMillimetres(lesion.areaUm2),
    lesionClassName(lesion.sizeClass),
  ];
}

function boxRow({ rank, class: name, probability, x0L0, y0L0, x1L0, y1L0 }: Detection, from: Corner): Row {
  const place = [x0L0 - from.x, y0L0 - from.y, x1L0 - x0L0, y1L0 - y0L0].map(roundCoordinate);
  return [rank, name, formatProbability(probability), ...place];
}

function squareMillimetres(um2: number): string {
  return (um2 / 1e6).toFixed(4);
}

async function first<T>(items: Iterable<T> | AsyncIterable<T>, most: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === most) break;
  }
  return taken;
}
