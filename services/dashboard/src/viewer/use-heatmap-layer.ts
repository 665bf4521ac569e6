import type { GridSummary } from '@gigascope/contracts';
import { useEffect, useRef } from 'preact/hooks';
import type { SlideSize } from './geometry.ts';
import { addHeatmap } from './heatmap-layer.ts';
import type { FloatMap } from './npy.ts';
import type { OpenViewer } from './open-viewer.ts';

/** Keeps a map over the slide, as opaque as asked for; `grid` and `map` must stay the same objects while they are. */
export function useHeatmapLayer(
  open: OpenViewer | null,
  size: SlideSize,
  map: FloatMap | null,
  grid: GridSummary | null,
  { on, opacity }: { readonly on: boolean; readonly opacity: number },
): void {
  const box = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (!open || !map || !grid) return;
    const added = addHeatmap(open, map, grid, size);
    box.current = added;
    return () => {
      box.current = null;
      open.viewer.removeOverlay(added);
    };
  }, [open, map, grid, size]);

  useEffect(() => {
    if (!box.current) return;
    box.current.style.opacity = String(opacity);
    box.current.hidden = !on;
  }, [opacity, on, open, map, grid, size]);
}
