/** Spreadsheets run a cell that begins so as a formula, whatever quotes stand around it. */
const FORMULA = /^[=+\-@\t\r]/;

/** Writes one line of CSV (RFC 4180); null is an empty cell. Text that a spreadsheet would run gets an apostrophe before it. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
