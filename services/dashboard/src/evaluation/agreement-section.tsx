import type { Agreement } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount, formatFigure, formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { useAddTruth, useAgreement, useNewestResult, useSomeSlides, useTruthSets } from '../server/evaluation.ts';
import { ErrorNote } from '../ui/notes.tsx';

/** One slide's truth: what is there, what is uploaded, and how far the model agrees with it. */
export function AgreementSection({ model }: { readonly model: string }): JSX.Element {
  const slides = useSomeSlides();
  const [slideId, setSlideId] = useState('');
  return (
    <section>
      <h3>{t('evaluation.agreement')}</h3>
      {slides.error && <ErrorNote error={slides.error} onRetry={() => void slides.refetch()} />}
      <label class="field">
        {t('evaluation.slide')}
        <select value={slideId} onChange={({ currentTarget }) => setSlideId(currentTarget.value)}>
          <option value="">{t('evaluation.chooseSlide')}</option>
          {slides.data?.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {slideId !== '' && <SlideTruth key={slideId} slideId={slideId} model={model} />}
    </section>
  );
}

function SlideTruth({ slideId, model }: { readonly slideId: string; readonly model: string }): JSX.Element {
  const sets = useTruthSets(slideId);
  const result = useNewestResult(slideId, model);
  const add = useAddTruth(slideId);
  const error = sets.error ?? result.error;
  return (
    <div class="form">
      <label class="field">
        {t('evaluation.annotations')}
        <input
          type="file"
          accept=".geojson,.json,.xml,.csv"
          disabled={add.isPending}
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            if (file) add.mutate(file);
            currentTarget.value = '';
          }}
        />
      </label>
      {add.error && <ErrorNote error={add.error} />}
      {error && <ErrorNote error={error} />}
      {result.data === null && <p class="hint">{t('evaluation.noAnalysis')}</p>}
      {sets.data?.length === 0 && <p class="hint">{t('evaluation.noSets')}</p>}
      {sets.data?.map(({ id, name, createdBy, createdAt }) => (
        <div key={id} class="figure">
          <strong>{name}</strong>
          <span class="hint">
            {createdBy}, {formatInstant(createdAt)}
          </span>
          {result.data && <AgreementFigures analysisId={result.data.id} setId={id} />}
        </div>
      ))}
    </div>
  );
}

function AgreementFigures(props: { readonly analysisId: string; readonly setId: string }): JSX.Element {
  const { data, error, refetch } = useAgreement(props.analysisId, props.setId);
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <p class="hint">{t('common.loading')}</p>;
  return (
    <dl class="facts">
      {figuresOf(data.agreement).map(([name, value]) => [
        <dt key={name}>{name}</dt>,
        <dd key={`${name}=`}>{value}</dd>,
      ])}
    </dl>
  );
}

function figuresOf(agreement: Agreement['agreement']): readonly (readonly [string, string])[] {
  const share = (value: number | null): string => (value === null ? '–' : formatFigure(value));
  switch (agreement.kind) {
    case 'lesions':
      return [
        [t('evaluation.hits'), formatCount(agreement.hits)],
        [t('evaluation.misses'), formatCount(agreement.misses)],
        [t('evaluation.extra'), formatCount(agreement.falsePositives)],
        [t('evaluation.cells'), formatCount(agreement.isolatedTumourCells)],
      ];
    case 'boxes':
      return [
        [t('evaluation.ap50'), share(agreement.ap50)],
        [t('evaluation.f1'), share(agreement.f1)],
        [t('evaluation.precision'), share(agreement.precision)],
        [t('evaluation.recall'), share(agreement.recall)],
      ];
    case 'outlines':
      return [
        [t('evaluation.dice'), share(agreement.dice)],
        ...agreement.classes.map(({ class: name, dice }) => [name, share(dice)] as const),
      ];
  }
}
