import type { GridSummary } from '@gigascope/contracts';
import { heatmapExtent, type SlideSize } from './geometry.ts';
import { paintMap } from './magma.ts';
import type { FloatMap } from './npy.ts';
import type { OpenViewer } from './open-viewer.ts';

/**
 * Lays a map over the slide, one canvas pixel per cell and nearest neighbour on screen: a cell is a square of tissue
 * with one prediction, and blurring would show values that nobody computed. The last column and row overhang the
 * slide's border; the box around the canvas is the slide itself and cuts them there. Returns the box, which the caller
 * removes with `viewer.removeOverlay`.
 */
export function addHeatmap(
  { library, viewer }: OpenViewer,
  map: FloatMap,
  grid: GridSummary,
  size: SlideSize,
): HTMLElement {
  if (map.columns !== grid.columns || map.rows !== grid.rows) {
    throw new RangeError(`the map has ${map.columns} × ${map.rows} cells, the grid ${grid.columns} × ${grid.rows}`);
  }
  const canvas = document.createElement('canvas');
  canvas.className = 'heatmap-cells';
  canvas.width = map.columns;
  canvas.height = map.rows;
  canvas.getContext('2d')?.putImageData(new ImageData(paintMap(map), map.columns, map.rows), 0, 0);

  const slideHeight = size.heightL0 / size.widthL0;
  const extent = heatmapExtent(grid, size);
  canvas.style.width = `${extent.width * 100}%`;
  canvas.style.height = `${(extent.height / slideHeight) * 100}%`;

  const box = document.createElement('div');
  box.className = 'heatmap';
  box.append(canvas);
  viewer.addOverlay({ element: box, location: new library.Rect(0, 0, 1, slideHeight) });
  return box;
}
