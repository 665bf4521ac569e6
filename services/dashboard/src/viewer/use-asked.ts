import { useEffect, useState } from 'preact/hooks';
import { type Asked, askFor } from './fetch-area.ts';
import type { SlideSize } from './geometry.ts';
import type { OpenViewer } from './open-viewer.ts';
import { frameOf, visibleArea } from './view-frame.ts';

/** The view must be still for so long. */
const SETTLE_MS = 150;

/** What to ask the server for, whenever the view has come to rest; null until the slide is open. */
export function useAsked(open: OpenViewer | null, size: SlideSize): Asked | null {
  const [asked, setAsked] = useState<Asked | null>(null);
  useEffect(() => {
    if (!open) return;
    const { viewport } = open.viewer;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = (): void => {
      const frame = frameOf(viewport.getBoundsNoRotate(true), viewport.getContainerSize(), size);
      setAsked((before) => askFor(visibleArea(frame, size), frame.scale, size, before));
    };
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(settle, SETTLE_MS);
    };
    open.viewer.addHandler('update-viewport', wait);
    settle();
    return () => {
      clearTimeout(timer);
      open.viewer.removeHandler('update-viewport', wait);
      setAsked(null);
    };
  }, [open, size]);
  return asked;
}
