import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';

interface PointTableProps {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a plot draws, for who cannot see it, behind a disclosure. */
export function PointTable({ heads, rows }: PointTableProps): JSX.Element {
  return (
    <details class="disclosure">
      <summary>{t('evaluation.table')}</summary>
      <table class="table">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, k) => (
            <tr key={k}>
              {row.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
