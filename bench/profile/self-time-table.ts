import type { SelfTime } from './cpu-profile.ts';

const SHOWN = 12;

/** The longest times as a Markdown table, each with its share of all. */
export function selfTimeTable(title: string, times: readonly SelfTime[]): string {
  const totalMs = times.reduce((sum, { ms }) => sum + ms, 0);
  const lines = times
    .slice(0, SHOWN)
    .map(
      ({ name, ms }) =>
        `| ${name.replaceAll('|', '\\|')} | ${ms.toFixed(0)} | ${((ms / totalMs) * 100).toFixed(1)} % |`,
    );
  return [
    `**${title}**, ${(totalMs / 1000).toFixed(2)} s`,
    '',
    '| self time in | ms | share |',
    '| --- | --: | --: |',
    ...lines,
  ].join('\n');
}
