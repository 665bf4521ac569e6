import type { Analysis, Slide } from '@gigascope/contracts/http';
import { paths } from '@gigascope/contracts/paths';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatBytes, formatProbability } from '../format.ts';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { slideHref } from '../route.ts';
import { shareDone } from '../slide/analysis-order.ts';

interface SlideRowProps {
  readonly slide: Slide;
  readonly latest: Analysis | null;
  readonly chosen: boolean;
}

/** One line of the list: thumbnail, name, size, and the newest analysis' score or state. */
export function SlideRow({ slide, latest, chosen }: SlideRowProps): JSX.Element {
  return (
    <li>
      <a class="slide-row" href={slideHref(slide.id)} {...(chosen && { 'aria-current': 'page' })}>
        <Thumbnail slide={slide} />
        <span class="slide-row-text">
          <span class="slide-row-name" title={slide.name}>
            {slide.name}
          </span>
          <span class="slide-row-size">{formatBytes(slide.sizeBytes)}</span>
          {slide.state === 'ready' ? (
            <Outcome latest={latest} />
          ) : (
            <span class={slide.state === 'rejected' ? 'slide-row-refused' : 'slide-row-state'}>
              {phrases.worklist.state(slide.state)}
              {slide.error && `: ${slide.error.title}`}
            </span>
          )}
        </span>
      </a>
    </li>
  );
}

function Outcome({ latest }: { readonly latest: Analysis | null }): JSX.Element {
  if (!latest) return <span class="slide-row-state">{t('worklist.notAnalysed')}</span>;
  if (latest.state === 'running')
    return <span class="slide-row-state">{phrases.worklist.running(shareDone(latest))}</span>;
  if (latest.state === 'failed') {
    return (
      <span class="slide-row-refused">
        {phrases.worklist.analysis('failed')}
        {latest.error && `: ${latest.error.title}`}
      </span>
    );
  }
  if (latest.state !== 'succeeded')
    return <span class="slide-row-state">{phrases.worklist.analysis(latest.state)}</span>;
  return <Score latest={latest} />;
}

/** A score by what it means: a Banff grade is no probability, and models that only count have none. */
function Score({ latest }: { readonly latest: Analysis }): JSX.Element {
  const { score, scoreMeaning, positive, model } = latest;
  if (scoreMeaning === 'banff-grade') {
    return (
      <span class="slide-row-score">
        {t('worklist.banffGrade')} <strong>{score ?? t('worklist.noGrade')}</strong>
      </span>
    );
  }
  if (scoreMeaning === 'none') return <span class="slide-row-state">{phrases.worklist.done(model.name)}</span>;
  if (score === null) return <span class="slide-row-state">{t('worklist.noTissue')}</span>;
  return (
    <span class={`slide-row-score ${positive ? 'is-positive' : ''}`}>
      {t('worklist.score')} <strong>{formatProbability(score)}</strong>
    </span>
  );
}

function Thumbnail({ slide }: { readonly slide: Slide }): JSX.Element {
  const [failed, setFailed] = useState(false);
  return (
    <span class="thumbnail">
      {slide.state === 'ready' && !failed && (
        <img src={paths.thumbnail(slide.id)} alt="" loading="lazy" decoding="async" onError={() => setFailed(true)} />
      )}
    </span>
  );
}
