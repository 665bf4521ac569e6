import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import type { PageProps } from '../page-props.ts';
import { hrefOf } from '../route.ts';
import { useEvaluation, useReaderStudy } from '../server/evaluation.ts';
import { useAllModels } from '../server/models.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { AgreementSection } from './agreement-section.tsx';
import { ConfusionFigure } from './confusion-figure.tsx';
import { FrocFigure } from './froc-figure.tsx';
import { ReaderTable } from './reader-table.tsx';
import { RocFigure } from './roc-figure.tsx';

/** How a model does on the laboratory's own slides with a known truth, beside its readers. `id` is the model's. */
export function Page({ id }: PageProps): JSX.Element {
  const all = useAllModels();
  // By name, so that which one is shown first does not hang on which was registered last; of one name the newest first, as they come.
  const classifying = all.data?.filter(({ task }) => task === 'classify') ?? [];
  const models = classifying.toSorted((a, b) => a.name.localeCompare(b.name));
  const chosen = models.find((model) => model.id === id) ?? models[0] ?? null;
  return (
    <div class="document is-page">
      <h1>{t('evaluation.title')}</h1>
      {all.error && <ErrorNote error={all.error} onRetry={() => void all.refetch()} />}
      {all.data && models.length === 0 && <p class="hint">{t('evaluation.none')}</p>}
      {chosen && (
        <>
          <label class="field">
            {t('evaluation.model')}
            <select
              value={chosen.id}
              onChange={({ currentTarget }) => {
                location.hash = hrefOf('evaluation', currentTarget.value);
              }}
            >
              {models.map((model) => (
                <option key={model.id} value={model.id}>
                  {model.title} ({model.name} {model.version})
                </option>
              ))}
            </select>
          </label>
          <ModelEvaluation key={chosen.name} model={chosen.name} />
          <AgreementSection key={`${chosen.name} agreement`} model={chosen.name} />
        </>
      )}
    </div>
  );
}

function ModelEvaluation({ model }: { readonly model: string }): JSX.Element {
  const { data, error, refetch } = useEvaluation(model);
  const study = useReaderStudy(model);
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <p class="hint">{t('common.loading')}</p>;
  const { froc, roc, confusion, withoutLesions, truncated } = data;
  if (froc === null && roc.positives + roc.negatives === 0) return <p class="note">{t('evaluation.noTruth')}</p>;
  return (
    <>
      <div class="figures-row">
        {froc && <FrocFigure froc={froc} threshold={confusion.threshold} />}
        <RocFigure roc={roc} confusion={confusion} readers={study.data?.readers ?? []} />
        <ConfusionFigure confusion={confusion} />
      </div>
      {withoutLesions > 0 && <p class="hint">{t('evaluation.withoutLesions', { count: withoutLesions })}</p>}
      {truncated && <p class="hint">{t('evaluation.truncated')}</p>}
      {study.error && <ErrorNote error={study.error} onRetry={() => void study.refetch()} />}
      {study.data && <ReaderTable study={study.data} />}
    </>
  );
}
