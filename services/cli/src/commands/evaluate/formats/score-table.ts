import type { ScoredCase } from '@gigascope/findings';
import { requireArgument } from '../../../command.ts';
import { numberAt, parseCsv } from './csv.ts';

/** Reads scores: CSV with score, label (0 or 1) and perhaps group. */
export function parseScoreTable(text: string, name: string): ScoredCase[] {
  return parseCsv(text, ['score', 'label'], name).rows.map((row) => {
    const score = numberAt(row, 'score', name);
    const label = row.cell('label');
    requireArgument(label === '0' || label === '1', `${name}, line ${row.line}: the label is neither 0 nor 1`);
    const group = row.cell('group');
    return { score, positive: label === '1', ...(group !== undefined && { group }) };
  });
}
