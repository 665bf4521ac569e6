import type { Lesion } from '@gigascope/contracts';
import { useEffect, useRef } from 'preact/hooks';
import type { SlideSize } from './geometry.ts';
import { addLesionMarks } from './lesion-marks.ts';
import type { OpenViewer } from './open-viewer.ts';

/** Keeps a mark on every lesion, the chosen one pressed. `lesions` must stay the same object while they are the same. */
export function useLesionMarks(
  open: OpenViewer | null,
  size: SlideSize,
  lesions: readonly Lesion[] | null,
  chosen: number | null,
  onSelect: (rank: number) => void,
): void {
  const marks = useRef<ReadonlyMap<number, HTMLButtonElement>>(new Map());
  const select = useRef(onSelect);
  select.current = onSelect;
  useEffect(() => {
    if (!open || !lesions) return;
    const added = addLesionMarks(open, lesions, size, (rank) => select.current(rank));
    marks.current = added;
    return () => {
      marks.current = new Map();
      for (const mark of added.values()) open.viewer.removeOverlay(mark);
    };
  }, [open, lesions, size]);

  useEffect(() => {
    for (const [rank, mark] of marks.current) mark.setAttribute('aria-pressed', String(rank === chosen));
  }, [chosen, open, lesions, size]);
}
