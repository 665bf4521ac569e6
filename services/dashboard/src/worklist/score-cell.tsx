import type { Analysis } from '@gigascope/client';
import type { JSX } from 'preact';
import { formatProbability } from '../format.ts';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import type { ThresholdOf } from './entry.ts';

const HIGHEST_GRADE = 3;

interface ScoreProps {
  readonly scored: Analysis | null;
  readonly thresholdOf: ThresholdOf;
}

/** A score with a bar, on which side of the threshold it is, and what it means: a grade is no probability. */
export function Score({ scored, thresholdOf }: ScoreProps): JSX.Element | null {
  if (scored === null) return <span class="quiet">{t('worklist.noScore')}</span>;
  const { score, scoreMeaning, positive, model } = scored;
  if (scoreMeaning === 'none') return <span class="quiet">{lists.worklist.done(model.name)}</span>;
  const meaning = scoreMeaning === 'banff-grade' ? t('worklist.banffGrade') : t('worklist.highestProbability');
  if (score === null) {
    return (
      <span class="quiet">{scoreMeaning === 'banff-grade' ? lists.worklist.noGrade() : t('worklist.noTissue')}</span>
    );
  }
  const isGrade = scoreMeaning === 'banff-grade';
  const threshold = isGrade ? null : thresholdOf(model);
  return (
    <span class={`row-score ${positive ? 'is-positive' : ''}`}>
      <strong>{isGrade ? score : formatProbability(score)}</strong>
      <span class="score-bar" aria-hidden="true">
        <span class="score-bar-fill" style={{ width: `${(100 * score) / (isGrade ? HIGHEST_GRADE : 1)}%` }} />
        {threshold !== null && <span class="score-bar-threshold" style={{ left: `${100 * threshold}%` }} />}
      </span>
      <span class="row-quiet" title={lists.worklist.byModel(meaning, model.name, model.version)}>
        {positive !== null && !isGrade
          ? lists.worklist.side(positive, model.name)
          : lists.worklist.byModel(meaning, model.name, model.version)}
      </span>
    </span>
  );
}
