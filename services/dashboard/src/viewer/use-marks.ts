import { useEffect, useRef } from 'preact/hooks';
import type { SlideSize } from './geometry.ts';
import { addMark, labelMark, type Mark, shownMarks } from './marks.ts';
import type { OpenViewer } from './open-viewer.ts';

/** Keeps a mark on every place, the chosen one pressed. Those that stay where they are keep their element and the focus. */
export function useMarks(
  open: OpenViewer | null,
  size: SlideSize,
  marks: readonly Mark[] | null,
  chosen: string | null,
  onSelect: (key: string) => void,
): void {
  const there = useRef(new Map<string, HTMLButtonElement>());
  const select = useRef(onSelect);
  select.current = onSelect;
  useEffect(() => {
    if (!open) return;
    const elements = there.current;
    const wanted = new Map(
      shownMarks(marks ?? [], chosen).map((mark) => [`${mark.key} ${mark.xL0} ${mark.yL0}`, mark]),
    );
    for (const [place, element] of elements) {
      if (wanted.has(place)) continue;
      open.viewer.removeOverlay(element);
      elements.delete(place);
    }
    for (const [place, mark] of wanted) {
      const element = elements.get(place) ?? addMark(open, mark, size, (key) => select.current(key));
      elements.set(place, element);
      labelMark(element, mark, mark.key === chosen);
    }
  }, [open, marks, chosen, size]);

  useEffect(() => {
    if (!open) return;
    return () => {
      for (const element of there.current.values()) open.viewer.removeOverlay(element);
      there.current.clear();
    };
  }, [open, size]);
}
