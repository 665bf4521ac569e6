import { cancelAnalysis } from '@gigascope/client';
import { useQueryClient } from '@tanstack/preact-query';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { AnalyseForm } from '../batches/analyse-form.tsx';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import { asked } from '../server/client.ts';
import { analysesChanged } from '../server/queries.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';
import type { WorklistEntry } from './entry.ts';

interface SelectionBarProps {
  readonly chosen: readonly WorklistEntry[];
  readonly onNone: () => void;
}

/** What can be done with the slides that are chosen. */
export function SelectionBar({ chosen, onNone }: SelectionBarProps): JSX.Element {
  const client = useQueryClient();
  const [analysing, setAnalysing] = useState(false);
  const [canceled, setCanceled] = useState<number | Error | null>(null);
  const open = chosen.flatMap(({ open }) => open ?? []);

  const cancel = async (): Promise<void> => {
    try {
      for (const { id } of open) await asked(cancelAnalysis({ path: { id }, throwOnError: true }));
      setCanceled(open.length);
    } catch (error) {
      setCanceled(error as Error);
    } finally {
      void analysesChanged(client);
    }
  };
  return (
    <section class="selection" aria-label={lists.worklist.selected(chosen.length)}>
      <div class="selection-line">
        <strong aria-live="polite">{lists.worklist.selected(chosen.length)}</strong>
        <button
          type="button"
          class="button is-small"
          aria-expanded={analysing}
          onClick={() => setAnalysing(!analysing)}
        >
          {t('worklist.analyse')}
        </button>
        <button type="button" class="button is-small" disabled={open.length === 0} onClick={() => void cancel()}>
          {t('worklist.cancel')}
        </button>
        <button type="button" class="button is-small" onClick={onNone}>
          {t('worklist.unselect')}
        </button>
        {typeof canceled === 'number' && <Note>{lists.worklist.canceled(canceled)}</Note>}
      </div>
      {canceled instanceof Error && <ErrorNote error={canceled} />}
      {analysing && <AnalyseForm slides={chosen.map(({ slide }) => slide)} onClose={() => setAnalysing(false)} />}
    </section>
  );
}
