import { useEffect, useState } from 'preact/hooks';
import type { VirtualRows } from '../ui/use-virtual-rows.ts';
import { allOrNone, extended, type Selection, toggled } from './selection.ts';
import type { Worklist } from './use-worklist.ts';

interface PointerOptions {
  readonly list: Worklist;
  /** The slides loaded, by id, as they are shown. */
  readonly order: readonly string[];
  readonly rows: VirtualRows;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
}

export interface Pointer {
  /** The line that keys act on; null in an empty list. */
  readonly pointed: string | null;
  readonly point: (id: string) => void;
  /** `ranged`: choosing everything on the way. */
  readonly goTo: (to: number, ranged: boolean) => void;
  /** Loads what is missing before. */
  readonly goToLast: (ranged: boolean) => void;
  /** All of the list, loaded or not; or none where all are chosen. */
  readonly chooseAll: () => void;
}

/** The line of a table that keys act on, and where they take it. */
export function usePointer({ list, order, rows, selection, onSelect }: PointerOptions): Pointer {
  const [pointedId, point] = useState<string | null>(null);
  const pointed = pointedId !== null && order.includes(pointedId) ? pointedId : (order[0] ?? null);
  // A line may have to be loaded and drawn before it can be gone to.
  const [sought, seek] = useState<string | null>(null);
  useEffect(() => {
    const at = sought === null ? -1 : order.indexOf(sought);
    if (at < 0) return;
    rows.scrollTo(at);
    seek(null);
  }, [sought, order]);

  const goTo = (ids: readonly string[], to: number, ranged: boolean): void => {
    const id = ids[to];
    if (id === undefined || pointed === null) return;
    point(id);
    seek(id);
    if (ranged) onSelect(extended(selection.anchor === null ? toggled(selection, pointed) : selection, id, ids));
  };
  return {
    ...{ pointed, point },
    goTo: (to, ranged) => goTo(order, to, ranged),
    goToLast: (ranged) => void list.all().then((ids) => goTo(ids, ids.length - 1, ranged)),
    chooseAll: () => {
      const next = allOrNone(selection, order);
      if (next.ids.size === 0 || order.length === list.total) onSelect(next);
      else void list.all().then((ids) => onSelect({ ids: new Set(ids), anchor: null }));
    },
  };
}
