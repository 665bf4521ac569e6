import type { RocFigure } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { formatCount } from '../format.ts';
import { t } from '../i18n/language.ts';

/** What the band about a curve is, and what it takes to compute it again. */
export function IntervalNote({ interval }: { readonly interval: NonNullable<RocFigure['interval']> }): JSX.Element {
  const { level, resamples, seed } = interval;
  return (
    <p class="hint">
      <span class="band-swatch" aria-hidden="true" />{' '}
      {t('evaluation.band', { level: formatCount(level * 100), resamples: formatCount(resamples), seed })}
    </p>
  );
}
