import type { Slide } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useModels, useSubmit } from '../server/queries.ts';
import { text } from '../text.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';

/** Chooses a model and starts an analysis; asks for the pixel size where the slide does not state it. */
export function AnalysisStart({ slide, again }: { readonly slide: Slide; readonly again: boolean }): JSX.Element {
  const models = useModels();
  const submit = useSubmit();
  const [name, setName] = useState<string | null>(null);
  const [mpp, setMpp] = useState('');
  const needsMpp = slide.metadata?.mpp === null;

  if (models.isPending) return <Note>{text.loading}</Note>;
  if (models.isError) return <ErrorNote error={models.error} onRetry={() => void models.refetch()} />;
  const model = models.data.items.find((item) => item.name === name) ?? models.data.items[0];
  if (!model) return <Note>{text.analysis.noModels}</Note>;
  return (
    <form
      class="start"
      onSubmit={(event) => {
        event.preventDefault();
        submit.mutate({
          slideId: slide.id,
          model: model.name,
          ...(needsMpp && { parameters: { mppOverride: Number(mpp) } }),
        });
      }}
    >
      <label class="field">
        {text.analysis.model}
        <select value={model.name} onChange={({ currentTarget }) => setName(currentTarget.value)}>
          {models.data.items.map((item) => (
            <option key={item.id} value={item.name}>
              {item.title} {item.version}
            </option>
          ))}
        </select>
      </label>
      <p class="hint">{text.analysis.madeFor(model.scope)}</p>
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
      <button type="submit" class={`button ${again ? '' : 'is-primary'}`} disabled={submit.isPending}>
        {again ? text.analysis.runAgain : text.analysis.run}
      </button>
      {submit.error && <ErrorNote error={submit.error} />}
    </form>
  );
}
