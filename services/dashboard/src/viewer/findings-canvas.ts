import type { SlideSize } from './geometry.ts';
import type { OpenViewer } from './open-viewer.ts';
import { frameOf, type ViewFrame } from './view-frame.ts';

/** Draws in CSS pixels of the viewer. */
export type Painter = (context: CanvasRenderingContext2D, frame: ViewFrame) => void;

export interface FindingsCanvas {
  /** Draws at once, and again in every frame in which the slide moves. */
  setPainter(painter: Painter): void;
  frame(): ViewFrame;
  remove(): void;
}

/**
 * One canvas over the whole viewer for however many findings: an element for each would bring a browser to its knees.
 * It is drawn in the same frame as the tiles, so findings never lag behind the tissue.
 */
export function addFindingsCanvas({ viewer }: OpenViewer, size: SlideSize): FindingsCanvas {
  const canvas = document.createElement('canvas');
  canvas.className = 'findings-canvas';
  viewer.canvas.append(canvas);
  const context = canvas.getContext('2d');
  let painter: Painter = () => {};

  const frame = (): ViewFrame =>
    frameOf(viewer.viewport.getBoundsNoRotate(true), viewer.viewport.getContainerSize(), size);
  const draw = (): void => {
    if (!context) return;
    const current = frame();
    const ratio = devicePixelRatio;
    const [width, height] = [Math.round(current.widthPx * ratio), Math.round(current.heightPx * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, current.widthPx, current.heightPx);
    painter(context, current);
  };
  viewer.addHandler('update-viewport', draw);
  return {
    setPainter(next) {
      painter = next;
      draw();
    },
    frame,
    remove() {
      viewer.removeHandler('update-viewport', draw);
      canvas.remove();
    },
  };
}
