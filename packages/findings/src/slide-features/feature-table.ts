import { GigascopeError } from '@gigascope/contracts';
import type { SlideFeatures } from './heatmap-features.ts';

/** A slide of known truth with its features. */
export interface FeatureRow extends SlideFeatures {
  readonly slide: string;
  readonly tumour: boolean;
}

/** One file's text under its name. */
export interface FeatureFile {
  readonly name: string;
  readonly text: string;
}

/** Columns that are no features: the row's number, which has no heading, the slide and its truth. */
const SLIDE_COLUMN = 'name';
const TRUTH_COLUMN = 'tumor';
/** Words that tell the parts of one table apart. */
const PART_WORDS = /normal|tumou?r|train(ing)?|validation|test(ing)?/gi;

/**
 * Reads feature tables in the form of the published ones: CSV with a header of a nameless row number, `name`, `tumor` (0 or 1) and features.
 *
 * Files whose names differ in nothing but the words normal, tumor, train and test are parts of one table. Several tables, of one threshold each,
 * stand side by side: their slides must be the same, and the features of all but the first get the table's name.
 * Throws ARGUMENT_INVALID for a cell that is no number, a slide that stands twice or is missing, and columns that differ.
 */
export function parseFeatureTables(files: readonly FeatureFile[]): FeatureRow[] {
  const tables = Map.groupBy(files, ({ name }) => name.replace(PART_WORDS, '*'));
  const parts = [...tables]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, members]) => [key, readTable(members)] as const);
  const [first, ...others] = parts;
  if (first === undefined) throw new GigascopeError('ARGUMENT_INVALID', 'no feature table');
  return [...first[1].values()].map((row) =>
    others.reduce((joined, [key, rows]) => beside(joined, rows, key, first[1].size), row),
  );
}

function beside(row: FeatureRow, table: ReadonlyMap<string, FeatureRow>, key: string, size: number): FeatureRow {
  const other = table.get(row.slide);
  if (other === undefined || other.tumour !== row.tumour || table.size !== size) {
    throw new GigascopeError('ARGUMENT_INVALID', `the table ${key} is not of the same slides: ${row.slide}`);
  }
  const names = [...row.names, ...other.names.map((name) => `${name}@${key}`)];
  return { ...row, names, values: [...row.values, ...other.values] };
}

function readTable(files: readonly FeatureFile[]): Map<string, FeatureRow> {
  const rows = new Map<string, FeatureRow>();
  for (const row of files.flatMap(readFile)) {
    const columns = rows.values().next().value?.names ?? row.names;
    if (rows.has(row.slide)) throw new GigascopeError('ARGUMENT_INVALID', `two rows of ${row.slide}`);
    if (columns.join() !== row.names.join())
      throw new GigascopeError('ARGUMENT_INVALID', `other columns at ${row.slide}`);
    rows.set(row.slide, row);
  }
  return rows;
}

function readFile({ name, text }: FeatureFile): FeatureRow[] {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const columns = header.split(',');
  const [slideAt, truthAt] = [columns.indexOf(SLIDE_COLUMN), columns.indexOf(TRUTH_COLUMN)];
  if (slideAt < 0 || truthAt < 0) {
    throw new GigascopeError('ARGUMENT_INVALID', `${name}: the header has no ${SLIDE_COLUMN} or ${TRUTH_COLUMN}`);
  }
  const featuresAt = columns.flatMap((column, k) => (column !== '' && k !== slideAt && k !== truthAt ? [k] : []));
  return lines.map((line, k) => {
    const cells = line.split(',');
    const truth = cells[truthAt];
    const values = featuresAt.map((at) => (cells[at]?.trim() ? Number(cells[at]) : Number.NaN));
    if (cells.length !== columns.length || (truth !== '0' && truth !== '1') || !values.every(Number.isFinite)) {
      throw new GigascopeError('ARGUMENT_INVALID', `${name}, line ${k + 2}: not a slide's truth and features`);
    }
    const names = featuresAt.map((at) => columns[at] as string);
    return { slide: cells[slideAt] as string, tumour: truth === '1', names, values };
  });
}

/** Writes a table that `parseFeatureTables` reads, in the published form. Throws ARGUMENT_INVALID for a name that holds a comma or line break. */
export function formatFeatureTable(rows: readonly FeatureRow[]): string {
  const header = ['', SLIDE_COLUMN, TRUTH_COLUMN, ...(rows[0]?.names ?? [])];
  const lines = rows.map(({ slide, tumour, values }, k) => {
    if (/[,\r\n]/.test(slide))
      throw new GigascopeError('ARGUMENT_INVALID', 'a slide’s name holds a comma or a line break');
    return [k, slide, tumour ? 1 : 0, ...values].join(',');
  });
  return `${[header.join(','), ...lines].join('\n')}\n`;
}
