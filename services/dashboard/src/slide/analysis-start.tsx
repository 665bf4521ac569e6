import type { Slide } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { useModels, useSubmit } from '../server/queries.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';

interface AnalysisStartProps {
  readonly slide: Slide;
  /** That of the slide's newest analysis; null when there is none. */
  readonly lastModel: string | null;
}

/**
 * Chooses a model and starts an analysis; asks for the pixel size where the slide does not state it. Among several models
 * none is chosen beforehand: the one that happens to come first may be made for another organ.
 */
export function AnalysisStart({ slide, lastModel }: AnalysisStartProps): JSX.Element {
  const models = useModels();
  const submit = useSubmit();
  const [name, setName] = useState<string | null>(null);
  const [mpp, setMpp] = useState('');
  const needsMpp = slide.metadata?.mpp === null;

  if (models.isPending) return <Note>{t('common.loading')}</Note>;
  if (models.isError) return <ErrorNote error={models.error} onRetry={() => void models.refetch()} />;
  const items = models.data;
  if (items.length === 0) return <Note>{t('analysis.noModels')}</Note>;
  const model = items.length === 1 ? items[0] : items.find((item) => item.name === (name ?? lastModel));
  return (
    <form
      class="start"
      onSubmit={(event) => {
        event.preventDefault();
        if (!model) return;
        submit.mutate({
          slideId: slide.id,
          model: model.name,
          ...(needsMpp && { parameters: { mppOverride: Number(mpp) } }),
        });
      }}
    >
      <label class="field">
        {t('analysis.model')}
        <select required value={model?.name ?? ''} onChange={({ currentTarget }) => setName(currentTarget.value)}>
          {!model && <option value="">{t('analysis.chooseModel')}</option>}
          {items.map((item) => (
            <option key={item.id} value={item.name}>
              {phrases.analysis.option(item.title, item.version, item.scope)}
            </option>
          ))}
        </select>
      </label>
      {model && <p class="hint">{phrases.analysis.madeFor(model.scope)}</p>}
      {needsMpp && (
        <label class="field">
          {t('analysis.mpp')}
          <input
            type="number"
            required
            min="0.05"
            max="10"
            step="any"
            value={mpp}
            onInput={({ currentTarget }) => setMpp(currentTarget.value)}
          />
          <span class="hint">{t('analysis.mppHint')}</span>
        </label>
      )}
      <button type="submit" class={`button ${lastModel ? '' : 'is-primary'}`} disabled={submit.isPending}>
        {lastModel ? t('analysis.runAgain') : t('analysis.run')}
      </button>
      {submit.error && <ErrorNote error={submit.error} />}
    </form>
  );
}
