import { requireArgument } from '../../../command.ts';

/** One row of a CSV file under its header's names; `line` is the file's, from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cell: (column: string) => string | undefined;
}

export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** One cell, quoted or not, and what ends it. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

/**
 * Reads CSV with a header (RFC 4180: cells may be quoted; any line end); blank lines are left out, unquoted cells trimmed.
 * Throws ARGUMENT_INVALID for a row of another length than the header, a stray quote, or a column of `required` that is missing.
 */
export function parseCsv(text: string, required: readonly string[], name = 'the CSV'): CsvTable {
  const [header, ...lines] = splitCells(text.replace(/^\uFEFF/, ''), name);
  const columns = new Map(header?.cells.map((column, k) => [column, k]));
  const missing = required.filter((column) => !columns.has(column));
  requireArgument(missing.length === 0, `${name}: the header does not name ${missing.join(' and ')}`);
  const width = header?.cells.length ?? 0;
  const rows = lines.map(({ line, cells }): CsvRow => {
    requireArgument(cells.length === width, `${name}, line ${line}: expected ${width} cells, not ${cells.length}`);
    return { line, cell: (column) => cells[columns.get(column) ?? -1] };
  });
  return { columns: [...columns.keys()], rows };
}

/** The number in a cell. Throws ARGUMENT_INVALID that names the line when there is none. */
export function numberAt(row: CsvRow, column: string, name: string): number {
  const text = row.cell(column) ?? '';
  const value = Number(text);
  requireArgument(text !== '' && Number.isFinite(value), `${name}, line ${row.line}: the ${column} is no number`);
  return value;
}

function splitCells(text: string, name: string): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let [line, began] = [1, 1];
  CELL.lastIndex = 0;
  while (CELL.lastIndex < text.length || cells.length > 0) {
    const [whole, quoted, plain, end] = CELL.exec(text) ?? [];
    requireArgument(whole !== undefined, `${name}, line ${line}: a quotation mark is out of place`);
    cells.push(quoted?.replaceAll('""', '"') ?? (plain ?? '').trim());
    line += whole.match(/\r\n|\n|\r/g)?.length ?? 0;
    if (end === ',') continue;
    if (cells.length > 1 || quoted !== undefined || cells[0] !== '') rows.push({ line: began, cells });
    [cells, began] = [[], line];
  }
  return rows;
}
