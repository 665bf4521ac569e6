import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

interface VirtualRowsOptions {
  readonly count: number;
  readonly scroller: RefObject<HTMLElement>;
  readonly rowPx: number;
  /** What stays over the rows while they are scrolled. */
  readonly headPx?: number;
}

export interface VirtualRows {
  /** Half-open. */
  readonly from: number;
  readonly to: number;
  /** Height of the rows before and after, which are not drawn. */
  readonly beforePx: number;
  readonly afterPx: number;
  readonly isScrolling: boolean;
  readonly scrollTo: (index: number) => void;
}

type Options = VirtualizerOptions<HTMLElement, HTMLElement>;

/** Which rows of a long list are in sight, so that only those are drawn; all of one height. */
export function useVirtualRows({ count, scroller, rowPx, headPx = 0 }: VirtualRowsOptions): VirtualRows {
  const [, draw] = useState({});
  const options: Options = {
    ...{ count, observeElementRect, observeElementOffset, scrollToFn: elementScroll },
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
    scrollPaddingStart: headPx,
    onChange: () => draw({}),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  const rows = virtualizer.getVirtualItems();
  const [from, to] = [rows[0]?.index ?? 0, (rows.at(-1)?.index ?? -1) + 1];
  return {
    ...{ from, to, beforePx: from * rowPx, afterPx: Math.max(0, count - to) * rowPx },
    isScrolling: virtualizer.isScrolling,
    scrollTo: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
  };
}
