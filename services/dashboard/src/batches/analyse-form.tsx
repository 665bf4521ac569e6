import type { Batch, Slide } from '@gigascope/client';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import { hrefOf } from '../route.ts';
import { useSubmitBatch } from '../server/batch-queries.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';
import { BatchFields } from './batch-fields.tsx';
import { batchOf, EMPTY_SETTINGS } from './batch-settings.ts';

interface AnalyseFormProps {
  readonly slides: readonly Slide[];
  readonly onClose: () => void;
}

/** Asks for model, lane and settings, and starts a batch of the slides that were chosen. */
export function AnalyseForm({ slides, onClose }: AnalyseFormProps): JSX.Element {
  const submit = useSubmitBatch();
  const [settings, setSettings] = useState(EMPTY_SETTINGS);
  const [begun, setBegun] = useState<Batch | null>(null);
  const ready = slides.filter(({ state }) => state === 'ready');
  const withoutMpp = ready.filter(({ metadata }) => metadata?.mpp === null).length;

  if (begun) {
    return (
      <p class="analyse-begun" role="status">
        {t('batches.started')} <a href={hrefOf('batches', begun.id)}>{t('batches.open')}</a>
        <button type="button" class="button is-small" onClick={onClose}>
          {t('batches.close')}
        </button>
      </p>
    );
  }
  return (
    <form
      class="analyse"
      onSubmit={(event) => {
        event.preventDefault();
        const batch = batchOf(
          settings,
          ready.map(({ id }) => id),
        );
        submit.mutate(batch, { onSuccess: setBegun });
      }}
    >
      <BatchFields settings={settings} onChange={(change) => setSettings({ ...settings, ...change })} />
      {withoutMpp > 0 && <Note>{lists.batches.missingMpp(withoutMpp)}</Note>}
      {ready.length < slides.length && <Note>{lists.batches.notReady(slides.length - ready.length)}</Note>}
      <p class="analyse-foot">
        <button type="submit" class="button is-primary" disabled={submit.isPending || ready.length === 0}>
          {lists.batches.start(ready.length)}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t('batches.close')}
        </button>
      </p>
      {submit.error && <ErrorNote error={submit.error} />}
    </form>
  );
}
