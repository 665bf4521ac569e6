import type { Slide } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useModels, useSubmit } from '../server/queries.ts';
import { text } from '../text.ts';
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

  if (models.isPending) return <Note>{text.loading}</Note>;
  if (models.isError) return <ErrorNote error={models.error} onRetry={() => void models.refetch()} />;
  const items = models.data;
  if (items.length === 0) return <Note>{text.analysis.noModels}</Note>;
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
        {text.analysis.model}
        <select required value={model?.name ?? ''} onChange={({ currentTarget }) => setName(currentTarget.value)}>
          {!model && <option value="">{text.analysis.chooseModel}</option>}
          {items.map((item) => (
            <option key={item.id} value={item.name}>
              {text.analysis.option(item.title, item.version, item.scope)}
            </option>
          ))}
        </select>
      </label>
      {model && <p class="hint">{text.analysis.madeFor(model.scope)}</p>}
      {needsMpp && (
        <label class="field">
          {text.analysis.mpp}
          <input
            type="number"
            required
            min="0.05"
            max="10"
            step="any"
            value={mpp}
            onInput={({ currentTarget }) => setMpp(currentTarget.value)}
          />
          <span class="hint">{text.analysis.mppHint}</span>
        </label>
      )}
      <button type="submit" class={`button ${lastModel ? '' : 'is-primary'}`} disabled={submit.isPending}>
        {lastModel ? text.analysis.runAgain : text.analysis.run}
      </button>
      {submit.error && <ErrorNote error={submit.error} />}
    </form>
  );
}
