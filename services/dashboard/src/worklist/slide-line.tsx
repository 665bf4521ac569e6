import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { formatAge, formatBytes, formatInstant } from '../format.ts';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import { slideHref } from '../route.ts';
import type { ThresholdOf, WorklistEntry } from './entry.ts';
import { ReviewState } from './review-cell.tsx';
import { Score } from './score-cell.tsx';
import { StateOf } from './state-cell.tsx';
import { Thumbnail } from './thumbnail.tsx';

export interface LineActions {
  /** `ranged`: with everything from where the last one was chosen. */
  readonly choose: (id: string, ranged: boolean) => void;
  /** The line that keys act on. */
  readonly point: (id: string) => void;
  /** undefined where the reader may not. */
  readonly claim: ((id: string, take: boolean) => void) | undefined;
}

interface SlideLineProps {
  readonly entry: WorklistEntry;
  readonly index: number;
  readonly chosen: boolean;
  readonly pointed: boolean;
  readonly me: string | null;
  readonly nowMs: number;
  readonly thresholdOf: ThresholdOf;
  readonly actions: LineActions;
}

export const lineId = (slideId: string): string => `line-${slideId}`;

/** One line of the table. The table has the focus; what is in a line is reached by its keys. */
export const SlideLine = memo(function SlideLine(props: SlideLineProps): JSX.Element {
  const { entry, index, chosen, pointed, me, nowMs, thresholdOf, actions } = props;
  const { slide, open, newest } = entry;
  const { id, name, claimedBy } = slide;
  const analysis = open ?? newest;
  const own = claimedBy?.by.id === me;
  return (
    <tr
      id={lineId(id)}
      class={`line ${pointed ? 'is-pointed' : ''}`}
      aria-selected={chosen}
      aria-rowindex={index + 2}
      onMouseDown={() => actions.point(id)}
    >
      <td class="col-select">
        <input
          type="checkbox"
          tabIndex={-1}
          checked={chosen}
          aria-label={lists.worklist.select(name)}
          onClick={(event) => actions.choose(id, event.shiftKey)}
        />
      </td>
      <td class="col-picture">
        <Thumbnail slide={slide} />
      </td>
      <td class="col-name">
        <a href={slideHref(id)} tabIndex={-1} title={name}>
          {name}
        </a>
        <span class="row-quiet">{formatBytes(slide.sizeBytes)}</span>
      </td>
      <td class="col-refs">
        <span>{slide.caseRef}</span>
        <span class="row-quiet">{slide.blockRef}</span>
      </td>
      <td class="col-score">
        <Score scored={entry.scored} thresholdOf={thresholdOf} />
      </td>
      <td class="col-state">
        <StateOf entry={entry} />
      </td>
      <td class="col-queue">{analysis && lists.worklist.urgency(analysis)}</td>
      <td class="col-age" title={formatInstant(slide.createdAt)}>
        {formatAge(slide.createdAt, nowMs)}
      </td>
      <td class="col-review">
        <ReviewState entry={entry} me={me} />
        {actions.claim && slide.state === 'ready' && (!claimedBy || own) && (
          <button
            type="button"
            class="button is-small"
            tabIndex={-1}
            aria-label={own ? lists.worklist.release(name) : lists.worklist.claim(name)}
            onClick={() => actions.claim?.(id, !own)}
          >
            {own ? t('worklist.release') : t('worklist.claim')}
          </button>
        )}
      </td>
    </tr>
  );
});
