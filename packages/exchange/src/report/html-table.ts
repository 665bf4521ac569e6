import { escapeMarkup } from '../text/escape-markup.ts';

/** Writes a table with a heading; all cells are text, columns of numbers stand to the right. */
export function htmlTable(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const head = columns.map((column, k) => cell('th', typeof rows[0]?.[k] === 'number', column)).join('');
  const body = rows.map(
    (row) => `<tr>${row.map((value) => cell('td', typeof value === 'number', String(value))).join('')}</tr>\n`,
  );
  return `<h2>${escapeMarkup(title)}</h2>\n<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('')}</tbody>\n</table>\n`;
}

/** Writes facts with a heading: what it is, and what is known of it. */
export function factTable(title: string, facts: readonly (readonly [what: string, known: string])[]): string {
  const rows = facts.map(
    ([what, known]) => `<tr><th scope="row">${escapeMarkup(what)}</th>${cell('td', false, known)}</tr>\n`,
  );
  return `<h2>${escapeMarkup(title)}</h2>\n<table class="facts">\n<tbody>\n${rows.join('')}</tbody>\n</table>\n`;
}

function cell(tag: 'td' | 'th', isNumber: boolean, text: string): string {
  return `<${tag}${isNumber ? ' class="number"' : ''}>${escapeMarkup(text)}</${tag}>`;
}
