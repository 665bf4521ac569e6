import type { AnalysisResult } from '@gigascope/contracts';
import type { JSX } from 'preact';
import { formatProbability } from '../format.ts';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';

/** The largest probability on the slide, and on which side of the threshold it is. */
export function SlideScore({ result }: { readonly result: AnalysisResult }): JSX.Element {
  const { score, threshold, positive } = result;
  if (score === null) return <p class="verdict">{t('findings.noTissue')}</p>;
  return (
    <div class={`score ${positive ? 'is-positive' : ''}`}>
      <span class="score-label">{t('findings.score')}</span>
      <span class="score-value">{formatProbability(score)}</span>
      <span class="verdict">
        {positive ? phrases.findings.positive(threshold) : phrases.findings.negative(threshold)}
      </span>
    </div>
  );
}
