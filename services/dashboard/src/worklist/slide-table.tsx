import type { JSX } from 'preact';
import { useCallback, useMemo, useRef } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { Gap } from '../ui/gap.tsx';
import { useVirtualRows } from '../ui/use-virtual-rows.ts';
import { extended, type Selection, toggled } from './selection.ts';
import { lineId, SlideLine } from './slide-line.tsx';
import { TableHead } from './table-head.tsx';
import { tableKey } from './table-key.ts';
import { useNow } from './use-now.ts';
import { usePointer } from './use-pointer.ts';
import { useRowsInSight } from './use-rows-in-sight.ts';
import type { Worklist } from './use-worklist.ts';

const LINE_PX = 56;
const HEAD_PX = 34;

interface SlideTableProps {
  readonly list: Worklist;
  readonly me: string | null;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly onOpen: (id: string) => void;
  readonly onClaim: ((id: string, take: boolean) => void) | undefined;
}

/** The worklist as a table of which only the lines in sight are drawn. It has the focus itself and points at a line. */
export function SlideTable({ list, me, selection, onSelect, onOpen, onClaim }: SlideTableProps): JSX.Element {
  const { entries, total, view, thresholdOf } = list;
  const scroller = useRef<HTMLDivElement>(null);
  const nowMs = useNow();
  const rows = useVirtualRows({ count: entries.length, scroller, rowPx: LINE_PX, headPx: HEAD_PX });
  const order = useMemo(() => entries.map(({ slide }) => slide.id), [entries]);
  const shown = useRowsInSight(list, rows);
  const { pointed, point, goTo, goToLast, chooseAll } = usePointer({ list, order, rows, selection, onSelect });

  const latest = useRef({ selection, order, onSelect, onClaim });
  latest.current = { selection, order, onSelect, onClaim };
  const choose = useCallback((id: string, ranged: boolean): void => {
    const { selection, order, onSelect } = latest.current;
    onSelect(ranged ? extended(selection, id, order) : toggled(selection, id));
  }, []);
  const mayClaim = onClaim !== undefined;
  const actions = useMemo(
    () => ({
      ...{ choose, point },
      claim: mayClaim ? (id: string, take: boolean) => latest.current.onClaim?.(id, take) : undefined,
    }),
    [choose, point, mayClaim],
  );

  const keyed = (event: KeyboardEvent): void => {
    const entry = entries.find(({ slide }) => slide.id === pointed);
    const key = tableKey(event, pointed === null ? -1 : order.indexOf(pointed), order.length, pageOf(scroller.current));
    if (key === null || entry === undefined || pointed === null) return;
    event.preventDefault();
    if (key.kind === 'move') goTo(key.to, key.ranged);
    else if (key.kind === 'last') goToLast(key.ranged);
    else if (key.kind === 'open') onOpen(pointed);
    else if (key.kind === 'choose') choose(pointed, false);
    else if (key.kind === 'chooseAll') chooseAll();
    else if (key.kind === 'claim') onClaim?.(pointed, entry.slide.claimedBy?.by.id !== me);
    else onSelect({ ids: new Set(), anchor: null });
  };

  return (
    <div class="table-scroller" ref={scroller}>
      <table
        class="lines"
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table of which a line is pointed at is a grid
        role="grid"
        aria-label={t('worklist.title')}
        aria-rowcount={total + 1}
        aria-multiselectable
        tabIndex={0}
        {...(pointed !== null && { 'aria-activedescendant': lineId(pointed) })}
        onKeyDown={keyed}
      >
        <TableHead
          sort={view.sort}
          allChosen={order.length > 0 && order.every((id) => selection.ids.has(id))}
          onChooseAll={chooseAll}
        />
        <tbody>
          <Gap px={rows.beforePx} />
          {shown.map((entry, place) => (
            <SlideLine
              key={entry.slide.id}
              entry={entry}
              index={rows.from + place}
              chosen={selection.ids.has(entry.slide.id)}
              pointed={entry.slide.id === pointed}
              {...{ me, nowMs, thresholdOf, actions }}
            />
          ))}
          <Gap px={rows.afterPx} />
        </tbody>
      </table>
    </div>
  );
}

function pageOf(scroller: HTMLElement | null): number {
  return Math.max(1, Math.floor(((scroller?.clientHeight ?? 0) - HEAD_PX) / LINE_PX) - 1);
}
