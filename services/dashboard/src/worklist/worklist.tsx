import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import { hrefOf, slideHref } from '../route.ts';
import { useSession } from '../server/session.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';
import { useVirtualRows } from '../ui/use-virtual-rows.ts';
import { UploadList } from '../uploads/upload-list.tsx';
import { NextSuspicious } from './next-suspicious.tsx';
import { SlideRow } from './slide-row.tsx';
import { useRowsInSight } from './use-rows-in-sight.ts';
import { useWorklist } from './use-worklist.ts';

const ROW_PX = 88;
/** Among so many slides the open one is looked for. */
const LOOK_THROUGH = 1000;

/** The worklist beside an open slide: the same slides in the same order, and the ways to the next. */
export function Worklist({ chosen }: { readonly chosen: string | null }): JSX.Element {
  const list = useWorklist();
  const { entries, total, more } = list;
  const permissions = useSession().data?.permissions ?? [];
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualRows({ count: entries.length, scroller, rowPx: ROW_PX });
  const place = entries.findIndex(({ slide }) => slide.id === chosen);
  const { scrollTo } = rows;
  const shown = useRowsInSight(list, rows);
  const isShown = list.state === 'shown';
  // Until the open slide is among them and the next one too; not for ever, where another filter is on.
  const isLooking = place < 0 ? chosen !== null && entries.length < LOOK_THROUGH : place + 1 === entries.length;
  useEffect(() => {
    if (isLooking) more?.();
  }, [isLooking, more]);
  // When a slide is opened, not when the list moves under it.
  useEffect(() => {
    if (isShown && place >= 0) scrollTo(place);
  }, [chosen, isShown, place >= 0]);

  return (
    <nav class="worklist" aria-label={t('worklist.title')}>
      <div class="worklist-head">
        <a href={hrefOf('home')}>{t('worklist.back')}</a>
        {place >= 0 && <span class="row-quiet">{lists.worklist.place(place + 1, total)}</span>}
        <Step to={place > 0 ? entries[place - 1]?.slide.id : undefined} label={t('worklist.previous')} mark="↑" />
        <Step to={place >= 0 ? entries[place + 1]?.slide.id : undefined} label={t('worklist.next')} mark="↓" />
      </div>
      {permissions.includes('reviews:read') && (
        <div class="worklist-next">
          <NextSuspicious view={list.view} mayClaim={permissions.includes('reviews:write')} except={chosen} />
        </div>
      )}
      <UploadList />
      {list.state === 'loading' && <Note>{t('common.loading')}</Note>}
      {list.error && <ErrorNote error={list.error} onRetry={list.retry} />}
      {isShown && entries.length === 0 && <Note>{t('worklist.nothing')}</Note>}
      <div class="slides-scroller" ref={scroller}>
        <ul class="slides" style={{ paddingTop: `${rows.beforePx}px`, paddingBottom: `${rows.afterPx}px` }}>
          {shown.map((entry) => (
            <SlideRow
              key={entry.slide.id}
              entry={entry}
              thresholdOf={list.thresholdOf}
              chosen={entry.slide.id === chosen}
            />
          ))}
        </ul>
      </div>
    </nav>
  );
}

interface StepProps {
  readonly to: string | undefined;
  readonly label: string;
  readonly mark: string;
}

function Step({ to, label, mark }: StepProps): JSX.Element {
  return (
    <button
      type="button"
      class="button is-small"
      aria-label={label}
      title={label}
      disabled={to === undefined}
      onClick={() => {
        if (to !== undefined) location.hash = slideHref(to);
      }}
    >
      {mark}
    </button>
  );
}
