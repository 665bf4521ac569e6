import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { lists } from '../i18n/list-phrases.ts';
import { slideHref } from '../route.ts';
import { useClaim } from '../server/claims.ts';
import { useSession } from '../server/session.ts';
import { ErrorNote, Note } from '../ui/notes.tsx';
import { UploadPanel } from '../uploads/upload-panel.tsx';
import { Filters } from './filters.tsx';
import { NextSuspicious } from './next-suspicious.tsx';
import { NOTHING, type Selection, stillListed } from './selection.ts';
import { SelectionBar } from './selection-bar.tsx';
import { SlideTable } from './slide-table.tsx';
import { useWorklist, type Worklist } from './use-worklist.ts';
import { isFiltered } from './view.ts';
import { showAll } from './view-store.ts';

/** The front page: every slide with what is known of it, in the order in which it should be looked at. */
export function Page(): JSX.Element {
  const list = useWorklist();
  const session = useSession().data;
  const claim = useClaim();
  const [selected, setSelected] = useState<Selection>(NOTHING);
  const { entries, total } = list;
  const selection = useMemo(
    () => stillListed(selected, new Set(entries.map(({ slide }) => slide.id))),
    [selected, entries],
  );
  const chosen = useMemo(() => entries.filter(({ slide }) => selection.ids.has(slide.id)), [entries, selection]);
  const may = (permission: 'slides:write' | 'analyses:write' | 'reviews:read' | 'reviews:write'): boolean =>
    session?.permissions.includes(permission) ?? false;

  return (
    <div class="worklist-page">
      <h1 class="visually-hidden">{t('bar.home')}</h1>
      <div class="worklist-tools">
        {may('slides:write') && <UploadPanel />}
        {may('reviews:read') && (
          <div class="worklist-next">
            <NextSuspicious view={list.view} mayClaim={may('reviews:write')} except={null} />
          </div>
        )}
      </div>
      <Filters view={list.view} />
      {chosen.length > 0 && may('analyses:write') && (
        <SelectionBar chosen={chosen} onNone={() => setSelected(NOTHING)} />
      )}
      {claim.error && <ErrorNote error={claim.error} />}
      {list.error && list.state === 'shown' && <ErrorNote error={list.error} onRetry={list.retry} />}
      {list.state === 'shown' && entries.length > 0 ? (
        <SlideTable
          list={list}
          me={session?.principal?.id ?? null}
          selection={selection}
          onSelect={setSelected}
          onOpen={(id) => {
            location.hash = slideHref(id);
          }}
          onClaim={may('reviews:write') ? (slideId, take) => claim.mutate({ slideId, take }) : undefined}
        />
      ) : (
        <div class="blank">
          <Nothing list={list} />
        </div>
      )}
      {list.state === 'shown' && entries.length > 0 && (
        <p class="worklist-foot">
          <span role="status">{lists.worklist.shown(total)}</span>
          <span class="worklist-keys">{t('worklist.keys')}</span>
        </p>
      )}
    </div>
  );
}

function Nothing({ list }: { readonly list: Worklist }): JSX.Element {
  if (list.state === 'loading') return <Note>{t('common.loading')}</Note>;
  if (list.state === 'failed' && list.error) return <ErrorNote error={list.error} onRetry={list.retry} />;
  if (!isFiltered(list.view)) return <Note>{t('worklist.empty')}</Note>;
  return (
    <>
      <Note>{t('worklist.nothing')}</Note>
      <button type="button" class="button" onClick={showAll}>
        {t('worklist.showAll')}
      </button>
    </>
  );
}
