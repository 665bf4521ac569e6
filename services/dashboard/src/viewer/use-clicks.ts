import { useEffect, useRef } from 'preact/hooks';
import type { SlideSize } from './geometry.ts';
import type { OpenViewer } from './open-viewer.ts';
import { type PlaceL0, pointAt, type ScreenPoint, type ViewFrame } from './view-frame.ts';
import { currentFrame } from './viewer-canvas.ts';

/** How far a hand may slip in a click; screen pixels. */
const SLIP_PX = 4;

export interface Click {
  readonly place: PlaceL0;
  readonly frame: ViewFrame;
}

/** Tells clicks on the slide: however long they take, but not the end of a drag, which OpenSeadragon calls a click too. */
export function useClicks(open: OpenViewer | null, size: SlideSize, onClick: (click: Click) => void): void {
  const latest = useRef(onClick);
  latest.current = onClick;
  useEffect(() => {
    if (!open) return;
    let pressed: ScreenPoint | null = null;
    const press = ({ position }: { readonly position: ScreenPoint }): void => {
      pressed = position;
    };
    const click = ({ position: { x, y } }: { readonly position: ScreenPoint }): void => {
      if (pressed === null || Math.hypot(x - pressed.x, y - pressed.y) > SLIP_PX) return;
      const frame = currentFrame(open, size);
      latest.current({ frame, place: pointAt(frame, x, y) });
    };
    open.viewer.addHandler('canvas-press', press);
    open.viewer.addHandler('canvas-click', click);
    return () => {
      open.viewer.removeHandler('canvas-press', press);
      open.viewer.removeHandler('canvas-click', click);
    };
  }, [open, size]);
}
