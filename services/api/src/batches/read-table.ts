import { AnalysisParameters, GigascopeError } from '@gigascope/contracts';
import { Deadline, Lane, MAX_BATCH, ModelName, type Problem } from '@gigascope/contracts/http';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { RequestProblem } from '../problem.ts';
import { dateOf } from '../routes/analyses/date-of.ts';
import type { AskedAnalysis } from './asked-analysis.ts';

const COLUMNS = ['slide', 'model', 'lane', 'priority', 'deadline'] as const;
/** In characters; a name has at most 255. */
const LONGEST_ROW = 4096;

/** An empty field is as a missing column. */
const field = <T extends z.ZodType>(schema: T) => z.preprocess((text) => (text === '' ? undefined : text), schema);
const Row = z.object({
  slide: z
    .string()
    .min(1, 'which slide')
    .max(255)
    .regex(/^\P{Cc}*$/u, 'no control characters'),
  model: field(ModelName.default('metastasis')),
  lane: field(Lane.default('routine')),
  priority: field(
    z
      .string()
      .regex(/^\d{1,3}$/, '0 to 100')
      .transform(Number)
      .pipe(z.int().min(0).max(100))
      .default(0),
  ),
  deadline: field(Deadline.optional()),
});

interface Parsed {
  readonly record: readonly string[];
  /** Of the row's end, and of its begin where no field holds a line break; from 1. */
  readonly info: { readonly lines: number };
}

/**
 * Reads a table of slides and models as laboratories keep them: CSV with a heading, UTF-8, separated by comma, semicolon or
 * tab, the columns slide (id, SHA-256 or name), model, lane, priority and deadline in any order, all but slide optional.
 * @throws RequestProblem BATCH_INVALID with an issue for every line that is wrong.
 */
export function readTable(table: Buffer): readonly AskedAnalysis[] {
  const [heading, ...rows] = parseRows(decode(table));
  const columns = heading === undefined ? [] : columnsOf(heading.record);
  if (rows.length === 0) throw refusal([{ path: 'line 2', message: 'no slide' }]);
  const issues: NonNullable<Problem['issues']> = [];
  const asked = rows.flatMap(({ record, info }) => {
    const place = `line ${info.lines}`;
    if (record.length !== columns.length) {
      issues.push({ path: place, message: `${record.length} fields under a heading of ${columns.length}` });
      return [];
    }
    const row = Row.safeParse(Object.fromEntries(columns.map((column, i) => [column, record[i] ?? ''])));
    if (!row.success) {
      issues.push(
        ...row.error.issues.map(({ path, message }) => ({ path: place, message: `${path.join()}: ${message}` })),
      );
      return [];
    }
    const { deadline, ...rest } = row.data;
    return [{ place, ...rest, parameters: AnalysisParameters.parse({}), deadline: dateOf(deadline) }];
  });
  if (issues.length > 0) throw refusal(issues);
  return asked;
}

function parseRows(text: string): readonly Parsed[] {
  const [heading = ''] = text.split(/\r?\n/, 1);
  const delimiter = [',', ';', '\t'].find((each) => heading.includes(each)) ?? ',';
  try {
    const options = { delimiter, bom: true, trim: true, skip_empty_lines: true, relax_column_count: true } as const;
    // One row more than may be, and the heading.
    const rows: unknown = parse(text, { ...options, info: true, max_record_size: LONGEST_ROW, to: MAX_BATCH + 2 });
    const parsed = rows as readonly Parsed[];
    if (parsed.length > MAX_BATCH + 1) throw new GigascopeError('REQUEST_TOO_LARGE', `at most ${MAX_BATCH} analyses`);
    return parsed;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    throw refusal([{ path: `line ${line}`, message: 'cannot be read as CSV: see to its quotes and its length' }]);
  }
}

function columnsOf(heading: readonly string[]): readonly string[] {
  const columns = heading.map((name) => name.toLowerCase());
  const known: readonly string[] = COLUMNS;
  const right = columns.every((name, i) => known.includes(name) && columns.indexOf(name) === i);
  if (!right || !columns.includes('slide'))
    throw refusal([
      { path: 'line 1', message: `the heading names slide and, where wanted, ${COLUMNS.slice(1).join(', ')}` },
    ]);
  return columns;
}

function decode(table: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(table);
  } catch {
    throw refusal([{ path: 'line 1', message: 'the table is not UTF-8' }]);
  }
}

function refusal(issues: NonNullable<Problem['issues']>): RequestProblem {
  return new RequestProblem('BATCH_INVALID', issues);
}
