import type { Analysis, Slide } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { formatInstant, formatProbability } from '../format.ts';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { useCancel } from '../server/queries.ts';
import { ErrorNote, FailureNote, Note } from '../ui/notes.tsx';
import { isOver } from './analysis-order.ts';
import { AnalysisProgressView } from './analysis-progress.tsx';
import { AnalysisStart } from './analysis-start.tsx';

interface AnalysisSectionProps {
  readonly slide: Slide;
  /** Newest first; null while loading. */
  readonly analyses: readonly Analysis[] | null;
  readonly error: Error | null;
  readonly shown: Analysis | null;
  readonly onShow: (analysisId: string) => void;
  readonly comparedId: string | null;
  readonly onCompare: (analysisId: string | null) => void;
}

/** Starts, follows and cancels analyses of one slide, and chooses which is shown. */
export function AnalysisSection(props: AnalysisSectionProps): JSX.Element {
  const { slide, analyses, error, shown, onShow, comparedId, onCompare } = props;
  const cancel = useCancel();
  const newest = analyses?.[0] ?? null;
  const active = analyses?.find(({ state }) => !isOver(state)) ?? null;
  const succeeded = analyses?.filter(({ state }) => state === 'succeeded') ?? [];
  return (
    <section class="section" aria-label={t('analysis.title')}>
      <h3>{t('analysis.title')}</h3>
      {error && !analyses && <ErrorNote error={error} />}
      {!analyses && !error && <Note>{t('common.loading')}</Note>}
      {analyses?.length === 0 && <Note>{t('analysis.none')}</Note>}
      {active ? (
        <>
          <AnalysisProgressView analysis={active} />
          <button type="button" class="button" disabled={cancel.isPending} onClick={() => cancel.mutate(active.id)}>
            {t('analysis.cancel')}
          </button>
          {cancel.error && <ErrorNote error={cancel.error} />}
        </>
      ) : (
        <>
          {newest?.state === 'failed' && newest.error && (
            <FailureNote lead={t('analysis.failed')} failure={newest.error} />
          )}
          {newest?.state === 'canceled' && <Note>{t('analysis.canceled')}</Note>}
          {analyses && <AnalysisStart slide={slide} lastModel={newest?.model.name ?? null} />}
        </>
      )}
      {succeeded.length > 1 && shown && (
        <label class="field">
          {t('analysis.shown')}
          <select value={shown.id} onChange={({ currentTarget }) => onShow(currentTarget.value)}>
            {succeeded.map(({ id, model, finishedAt, createdAt }) => (
              <option key={id} value={id}>
                {phrases.analysis.version(model.name, model.version)}, {formatInstant(finishedAt ?? createdAt)}
              </option>
            ))}
          </select>
        </label>
      )}
      {succeeded.length > 1 && shown && (
        <label class="field">
          {t('analysis.compared')}
          <select value={comparedId ?? ''} onChange={({ currentTarget }) => onCompare(currentTarget.value || null)}>
            <option value="">{t('analysis.comparedNone')}</option>
            {succeeded
              .filter(({ id }) => id !== shown.id)
              .map(({ id, model, score, finishedAt, createdAt }) => (
                <option key={id} value={id}>
                  {phrases.analysis.version(model.name, model.version)}, {formatInstant(finishedAt ?? createdAt)}
                  {score !== null && `, ${t('findings.score')} ${formatProbability(score)}`}
                </option>
              ))}
          </select>
        </label>
      )}
    </section>
  );
}
