import type { SlideSize } from './geometry.ts';
import type { OpenViewer } from './open-viewer.ts';
import { frameOf, type ViewFrame } from './view-frame.ts';

/** Draws in CSS pixels of the viewer, upright: what lies on the slide is turned by `turned`. */
export type Painter = (context: CanvasRenderingContext2D, frame: ViewFrame) => void;

export interface ViewerCanvas {
  readonly element: HTMLCanvasElement;
  /** Draws at once, and again in every frame in which the slide moves. */
  setPainter(painter: Painter): void;
  /** Draws again in the next frame. */
  refresh(): void;
  frame(): ViewFrame;
  remove(): void;
}

/** Where the slide lies at this moment of an animation. */
export function currentFrame({ viewer }: OpenViewer, size: SlideSize): ViewFrame {
  const { viewport } = viewer;
  return frameOf(viewport.getBoundsNoRotate(true), viewport.getContainerSize(), size, viewport.getRotation(true));
}

/**
 * One canvas over the whole viewer for however many findings: an element for each would bring a browser to its knees.
 * It is drawn in the same frame as the tiles, so findings never lag behind the tissue.
 */
export function addViewerCanvas(open: OpenViewer, size: SlideSize, className: string): ViewerCanvas {
  const { viewer } = open;
  const canvas = document.createElement('canvas');
  canvas.className = `over-slide ${className}`;
  viewer.canvas.append(canvas);
  const context = canvas.getContext('2d');
  let painter: Painter = () => {};
  let asked: number | null = null;

  const frame = (): ViewFrame => currentFrame(open, size);
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
    element: canvas,
    setPainter(next) {
      painter = next;
      draw();
    },
    refresh() {
      asked ??= requestAnimationFrame(() => {
        asked = null;
        draw();
      });
    },
    frame,
    remove() {
      if (asked !== null) cancelAnimationFrame(asked);
      viewer.removeHandler('update-viewport', draw);
      canvas.remove();
    },
  };
}

/** Draws with the slide's own axes: coordinates are those of the frame before it is turned. */
export function turned(
  context: CanvasRenderingContext2D,
  { degrees, widthPx, heightPx }: ViewFrame,
  draw: () => void,
): void {
  context.save();
  context.translate(widthPx / 2, heightPx / 2);
  context.rotate((degrees * Math.PI) / 180);
  context.translate(-widthPx / 2, -heightPx / 2);
  draw();
  context.restore();
}
