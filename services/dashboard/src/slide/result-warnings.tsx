import type { AnalysisResult } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { text } from '../text.ts';

/** What a reader must know before trusting the findings. */
export function ResultWarnings({ warnings }: Pick<AnalysisResult, 'warnings'>): JSX.Element | null {
  if (warnings.length === 0) return null;
  return (
    <ul class="warnings" aria-label={text.findings.warnings}>
      {warnings.map(({ code, message }) => (
        <li key={code} class="note is-warning">
          <p>{message}</p>
          <p class="note-code">
            <code>{code}</code>
          </p>
        </li>
      ))}
    </ul>
  );
}
