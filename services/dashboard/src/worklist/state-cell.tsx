import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import { shareDone } from '../slide/analysis-order.ts';
import { ProgressBar } from '../ui/notes.tsx';
import { stateOf, type WorklistEntry } from './entry.ts';

/** How far a slide and its newest analysis are; what is under way with its progress and the time left. */
export function StateOf({ entry }: { readonly entry: WorklistEntry }): JSX.Element {
  const { slide, newest, open } = entry;
  const state = stateOf(entry);
  if (state === 'refused' || state === 'failed') {
    const failure = state === 'refused' ? slide.error : (newest?.error ?? null);
    return (
      <span class="row-refused" title={failure?.title}>
        {state === 'refused' ? lists.worklist.state('rejected') : lists.worklist.analysis('failed')}
        {failure && `: ${failure.title}`}
      </span>
    );
  }
  if (state === 'checking') return <span class="row-busy">{lists.worklist.state(slide.state)}</span>;
  if (open?.state === 'queued') return <span class="row-busy">{lists.worklist.analysis('queued')}</span>;
  if (open) {
    const share = shareDone(open);
    return (
      <span class="row-progress">
        <ProgressBar share={share} label={lists.worklist.progress(slide.name)} />
        <span class="row-quiet">{lists.worklist.running(share, open.progress.etaSeconds)}</span>
      </span>
    );
  }
  if (newest === null) return <span class="quiet">{t('worklist.notAnalysed')}</span>;
  return <span class={newest.state === 'canceled' ? 'quiet' : ''}>{lists.worklist.analysis(newest.state)}</span>;
}
