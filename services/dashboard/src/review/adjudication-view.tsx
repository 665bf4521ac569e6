import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { reviews } from '../i18n/review-phrases.ts';
import { useAdjudication } from '../server/review-queries.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';

interface AdjudicationViewProps {
  readonly slideId: string;
  readonly analysisId: string;
  readonly chosen: string | null;
  readonly onSelect: (key: string) => void;
  /** null: an own review is there already. */
  readonly onBegin: (() => void) | null;
}

/** What readers who have signed say, side by side; for those who have the last word. */
export function AdjudicationView(props: AdjudicationViewProps): JSX.Element {
  const { slideId, analysisId, chosen, onSelect, onBegin } = props;
  const adjudication = useAdjudication(slideId, analysisId);
  if (adjudication.isError) return <ErrorNote error={adjudication.error} onRetry={() => void adjudication.refetch()} />;
  if (!adjudication.data) return <Note>{t('common.loading')}</Note>;
  const { reviews: readers, findings, agreements, verdict } = adjudication.data;
  if (readers.length === 0) return <Note>{t('review.adjudicateEmpty')}</Note>;
  return (
    <>
      <div class="side-by-side">
        <table class="counts">
          <thead>
            <tr>
              <th scope="col">{t('review.finding')}</th>
              {readers.map(({ id, reader }) => (
                <th key={id} scope="col">
                  {reader.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('review.fields.confidence')}</th>
              {readers.map(({ id, content }) => (
                <td key={id}>{content.confidence && reviews.confidence(content.confidence)}</td>
              ))}
            </tr>
            {findings.map(({ key, decisions, differ }) => (
              <tr key={key} class={differ ? 'is-different' : ''}>
                <th scope="row">
                  <button type="button" class="link" aria-pressed={key === chosen} onClick={() => onSelect(key)}>
                    {reviews.finding(key)}
                  </button>
                  {differ && (
                    <span class="differs" title={t('review.differ')}>
                      ≠<span class="visually-hidden">{t('review.differ')}</span>
                    </span>
                  )}
                </th>
                {decisions.map((decision, k) => (
                  <td key={readers[k]?.id ?? k}>{decision ? reviews.verdict(decision) : t('review.nothing')}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {agreements.map((agreement) => (
        <p key={agreement.reviewIds.join()} class="hint">
          {reviews.agreement(agreement)}
        </p>
      ))}
      {verdict && <p>{reviews.holds(verdict.confidence, verdict.reader.name)}</p>}
      {onBegin && (
        <button type="button" class="button is-small" onClick={onBegin}>
          {t('review.adjudicateStart')}
        </button>
      )}
    </>
  );
}
