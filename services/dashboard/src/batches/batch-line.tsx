import type { Analysis } from '@gigascope/client';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import { slideHref } from '../route.ts';
import { useSlide } from '../server/queries.ts';
import { shareDone } from '../slide/analysis-order.ts';
import { ProgressBar } from '../ui/notes.tsx';
import type { ThresholdOf } from '../worklist/entry.ts';
import { Score } from '../worklist/score-cell.tsx';

interface BatchLineProps {
  readonly analysis: Analysis;
  readonly thresholdOf: ThresholdOf;
  /** undefined where the reader may not. */
  readonly onRunAgain: (() => void) | undefined;
}

/** One analysis of a batch. */
export function BatchLine({ analysis, thresholdOf, onRunAgain }: BatchLineProps): JSX.Element {
  const { slideId, state } = analysis;
  const name = useSlide(slideId, true).data?.name ?? '…';
  return (
    <tr class="line">
      <td class="col-name">
        <a href={slideHref(slideId)} title={name}>
          {name}
        </a>
      </td>
      <td class="col-score">{state === 'succeeded' && <Score scored={analysis} thresholdOf={thresholdOf} />}</td>
      <td class="col-state">
        <Progress analysis={analysis} name={name} />
      </td>
      <td class="col-queue">{lists.worklist.urgency(analysis)}</td>
      <td>
        {state === 'failed' && onRunAgain && (
          <button type="button" class="button is-small" aria-label={lists.batches.runAgain(name)} onClick={onRunAgain}>
            {t('batches.runAgain')}
          </button>
        )}
      </td>
    </tr>
  );
}

function Progress({ analysis, name }: { readonly analysis: Analysis; readonly name: string }): JSX.Element {
  const { state, error, progress } = analysis;
  if (state === 'running') {
    const share = shareDone(analysis);
    return (
      <span class="row-progress">
        <ProgressBar share={share} label={lists.worklist.progress(name)} />
        <span class="row-quiet">{lists.worklist.running(share, progress.etaSeconds)}</span>
      </span>
    );
  }
  if (state !== 'failed') return <span>{lists.worklist.analysis(state)}</span>;
  return (
    <span class="row-refused" title={error?.detail ?? error?.title}>
      {lists.worklist.analysis('failed')}
      {error && `: ${error.title}`}
    </span>
  );
}
