import { type MutableRef, useEffect, useRef, useState } from 'preact/hooks';
import { useActions } from '../keys/actions.ts';
import type { SlideSize } from './geometry.ts';
import type { OpenViewer } from './open-viewer.ts';
import { type Drawing, drawDrawings, drawSketch, measured, type Tool } from './sketch.ts';
import { useClicks } from './use-clicks.ts';
import { type PlaceL0, pointAt, screenAt } from './view-frame.ts';
import { addViewerCanvas, type ViewerCanvas } from './viewer-canvas.ts';

/** So near to its first corner a click closes a polygon; screen pixels. */
const CLOSE_PX = 9;

interface SketchOptions {
  readonly tool: Tool;
  readonly mpp: { readonly x: number; readonly y: number } | null;
  readonly drawings: readonly Drawing[];
  /** A click with the tool for points or for moving. */
  readonly onPlace: (place: PlaceL0) => void;
  readonly onRing: (corners: readonly PlaceL0[]) => void;
  readonly onLeave: () => void;
}

interface Sketch {
  /** The place under the pointer; null beside the viewer. */
  readonly pointer: MutableRef<PlaceL0 | null>;
  /** Between the two ends that were measured; null while there are not two. */
  readonly length: string | null;
}

/** Draws what readers drew and what is being drawn. */
export function useSketch(
  open: OpenViewer | null,
  size: SlideSize,
  { tool, mpp, drawings, onPlace, onRing, onLeave }: SketchOptions,
): Sketch {
  const [canvas, setCanvas] = useState<ViewerCanvas | null>(null);
  const [places, setPlaces] = useState<readonly PlaceL0[]>([]);
  const pointer = useRef<PlaceL0 | null>(null);
  useEffect(() => setPlaces([]), [tool]);
  useEffect(() => {
    if (!open) return;
    const added = addViewerCanvas(open, size, 'sketch');
    setCanvas(added);
    const host = open.viewer.canvas;
    const follow = ({ clientX, clientY }: PointerEvent): void => {
      const box = host.getBoundingClientRect();
      pointer.current = pointAt(added.frame(), clientX - box.left, clientY - box.top);
      added.refresh();
    };
    const leave = (): void => {
      pointer.current = null;
    };
    host.addEventListener('pointermove', follow);
    host.addEventListener('pointerleave', leave);
    return () => {
      setCanvas(null);
      host.removeEventListener('pointermove', follow);
      host.removeEventListener('pointerleave', leave);
      added.remove();
    };
  }, [open, size]);

  useEffect(() => {
    const isGrowing = tool === 'polygon' || (tool === 'measure' && places.length === 1);
    canvas?.setPainter((context, frame) => {
      drawDrawings(context, frame, drawings);
      const tip = isGrowing && places.length > 0 && pointer.current ? [pointer.current] : [];
      drawSketch(context, frame, [...places, ...tip], tool, mpp);
    });
    if (open) open.viewer.canvas.classList.toggle('has-tool', tool !== null);
  }, [canvas, open, tool, places, drawings, mpp]);

  // A double click ends a polygon or is two clicks of a tool, and must not zoom.
  useEffect(() => {
    if (!open || tool === null) return;
    const keep = (event: { preventDefaultAction: boolean }): void => {
      event.preventDefaultAction = true;
    };
    open.viewer.addHandler('canvas-double-click', keep);
    return () => open.viewer.removeHandler('canvas-double-click', keep);
  }, [open, tool]);

  const close = (): boolean => {
    if (tool !== 'polygon' || places.length < 3) return false;
    onRing(places);
    setPlaces([]);
    return true;
  };
  useClicks(open, size, ({ place, frame }) => {
    if (tool === 'point' || tool === 'move') onPlace(within(place, size));
    else if (tool === 'measure') setPlaces((before) => [...(before.length < 2 ? before : []), place]);
    else if (tool === 'polygon') {
      const [first] = places;
      const [a, b] = [first && screenAt(frame, first.xL0, first.yL0), screenAt(frame, place.xL0, place.yL0)];
      if (a && Math.hypot(a.x - b.x, a.y - b.y) <= CLOSE_PX && close()) return;
      setPlaces((before) => [...before, within(place, size)]);
    }
  });
  useActions({
    finish: close,
    dropCorner: () => tool === 'polygon' && places.length > 0 && setPlaces(places.slice(0, -1)) === undefined,
    cancel: () => {
      if (tool === null) return false;
      setPlaces([]);
      onLeave();
      return true;
    },
  });
  const [from, to] = tool === 'measure' ? places : [];
  return { pointer, length: from && to ? measured(from, to, mpp) : null };
}

function within({ xL0, yL0 }: PlaceL0, { widthL0, heightL0 }: SlideSize): PlaceL0 {
  const clamp = (value: number, limit: number): number => Math.round(Math.min(limit, Math.max(0, value)) * 10) / 10;
  return { xL0: clamp(xL0, widthL0), yL0: clamp(yL0, heightL0) };
}
