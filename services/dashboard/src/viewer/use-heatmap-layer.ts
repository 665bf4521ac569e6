import type { HeatmapDescriptor } from '@gigascope/client';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { fetchHeatTile } from '../server/tile-requests.ts';
import type { SlideSize } from './geometry.ts';
import type { HeatLook } from './heat-colours.ts';
import { HeatmapPainter } from './heatmap-layer.ts';
import type { OpenViewer } from './open-viewer.ts';
import { TileCache } from './tile-cache.ts';
import { addViewerCanvas, type Painter, type ViewerCanvas } from './viewer-canvas.ts';

export interface HeatSource {
  readonly analysisId: string;
  readonly map: HeatmapDescriptor;
}

interface LayerOptions {
  readonly on: boolean;
  readonly opacity: number;
  readonly look: HeatLook;
  /** Left of this share of the viewer the first map is shown, right of it the second. */
  readonly split: number;
}

interface LayerState {
  /** Why some of the map is missing. */
  readonly error: Error | null;
  readonly retry: () => void;
}

/** Keeps one or two maps over the slide in the look asked for; `sources` stay the same objects while they are. */
export function useHeatmapLayer(
  open: OpenViewer | null,
  size: SlideSize,
  [first, second]: readonly [HeatSource | null, HeatSource | null],
  { on, opacity, look, split }: LayerOptions,
): LayerState {
  const [canvas, setCanvas] = useState<ViewerCanvas | null>(null);
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    if (!open) return;
    const added = addViewerCanvas(open, size, 'heatmap');
    // Below the marks, which would be tinted else.
    open.viewer.overlaysContainer.before(added.element);
    setCanvas(added);
    return () => {
      setCanvas(null);
      added.remove();
    };
  }, [open, size]);

  const left = useMap(canvas, size, first, setError);
  const right = useMap(canvas, size, second, setError);
  const shown = useRef<Painter>(() => {});
  shown.current = (context, frame) => {
    if (left)
      clipAcross(context, 0, right ? split * frame.widthPx : frame.widthPx, () => left.painter.draw(context, frame));
    if (right)
      clipAcross(context, left ? split * frame.widthPx : 0, frame.widthPx, () => right.painter.draw(context, frame));
  };
  useEffect(() => {
    if (!canvas) return;
    left?.painter.setLook(look);
    right?.painter.setLook(look);
    canvas.element.style.opacity = String(opacity);
    canvas.element.hidden = !on || !(left || right);
    canvas.setPainter((context, frame) => on && shown.current(context, frame));
  }, [canvas, left, right, look.map, look.from, opacity, on, split]);

  const retry = (): void => {
    setError(null);
    left?.tiles.retry();
    right?.tiles.retry();
  };
  return { error, retry };
}

function useMap(
  canvas: ViewerCanvas | null,
  size: SlideSize,
  source: HeatSource | null,
  onError: (error: Error | null) => void,
) {
  const made = useMemo(() => {
    if (!canvas || !source) return null;
    const { analysisId, map } = source;
    const tiles = new TileCache({
      load: (key, signal) => fetchHeatTile(analysisId, map, key, signal),
      onChange: () => {
        onError(tiles.error);
        canvas.refresh();
      },
    });
    return { tiles, painter: new HeatmapPainter(map, tiles, size) };
  }, [canvas, size, source]);
  useEffect(() => () => made?.tiles.close(), [made]);
  return made;
}

function clipAcross(context: CanvasRenderingContext2D, from: number, to: number, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(from, 0, to - from, 1e5);
  context.clip();
  draw();
  context.restore();
}
