import type { MeasuredRow } from './measured.ts';

const HEADER = ['figure', 'goal', 'reached', 'met', 'peer or limit of the same run', 'command'] as const;

/**
 * A document with what stands between the marks `<!-- NAME -->` and `<!-- /NAME -->` replaced; all else stays as people wrote it.
 * Throws where the marks are missing.
 */
export function withSection(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the document has no ${begin} … ${end}`);
  return `${document.slice(0, from + begin.length)}\n${text}\n${document.slice(to)}`;
}

/** Rows as Markdown tables, one for each machine and each with the machine's name above it; `order` is that of the benchmarks. */
export function markdownTables(rows: readonly MeasuredRow[], order: readonly string[]): string {
  const place = ({ benchmark }: MeasuredRow): number => order.indexOf(benchmark);
  const sorted = rows.filter((row) => place(row) >= 0).toSorted((a, b) => place(a) - place(b));
  const machines = [...new Set(sorted.map(({ machine }) => machine))];
  if (machines.length === 0) return 'Nothing was measured yet.';
  return machines
    .map((machine) =>
      tableOf(
        machine,
        sorted.filter((row) => row.machine === machine),
      ),
    )
    .join('\n\n');
}

function tableOf(machine: string, rows: readonly MeasuredRow[]): string {
  const days = rows.map(({ measuredAt }) => measuredAt.slice(0, 10)).toSorted();
  const when = days[0] === days.at(-1) ? days[0] : `${days[0]} to ${days.at(-1)}`;
  const lines = rows.map(({ name, goal, reached, met, peer, command }) =>
    line([name, goal, String(reached), met ? 'yes' : '**no**', peer, `\`${command}\``]),
  );
  return [`Measured on ${machine}; ${when}.`, '', line(HEADER), line(HEADER.map(() => '---')), ...lines].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
