import type { AnalysisResult } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';

/** What a reader must know before trusting the findings. */
export function ResultWarnings({ warnings }: Pick<AnalysisResult, 'warnings'>): JSX.Element | null {
  if (warnings.length === 0) return null;
  return (
    <ul class="warnings" aria-label={t('findings.warnings')}>
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
