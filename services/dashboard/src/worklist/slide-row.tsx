import type { JSX } from 'preact';
import { lists } from '../i18n/list-phrases.ts';
import { slideHref } from '../route.ts';
import { stateOf, type ThresholdOf, type WorklistEntry } from './entry.ts';
import { Score } from './score-cell.tsx';
import { StateOf } from './state-cell.tsx';
import { Thumbnail } from './thumbnail.tsx';

interface SlideRowProps {
  readonly entry: WorklistEntry;
  readonly thresholdOf: ThresholdOf;
  readonly chosen: boolean;
}

/** One line of the narrow list: picture, name, and the score or how far it is. */
export function SlideRow({ entry, thresholdOf, chosen }: SlideRowProps): JSX.Element {
  const { slide, scored } = entry;
  return (
    <li>
      <a class="slide-row" href={slideHref(slide.id)} {...(chosen && { 'aria-current': 'page' as const })}>
        <Thumbnail slide={slide} />
        <span class="slide-row-text">
          <span class="slide-row-name" title={slide.name}>
            {slide.name}
          </span>
          {scored !== null && stateOf(entry) === 'done' ? (
            <Score scored={scored} thresholdOf={thresholdOf} />
          ) : (
            <StateOf entry={entry} />
          )}
          {slide.claimedBy && <span class="row-quiet">{lists.worklist.claimedBy(slide.claimedBy.by.name)}</span>}
        </span>
      </a>
    </li>
  );
}
