import type { BenchmarkRow } from '../benchmark.ts';

const COLUMNS = ['', 'figure', 'reached', 'goal', 'peer or limit'] as const;

/** All rows as one table for a terminal, as wide as its words. */
export function textTable(rows: readonly BenchmarkRow[]): string {
  const cells = rows.map(({ name, goal, reached, met, peer }) => [
    met ? 'met' : 'NOT MET',
    name,
    String(reached),
    goal,
    peer,
  ]);
  const lines = [[...COLUMNS], ...cells];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
