import { pathOf } from './draw-findings.ts';
import type { Finding } from './finding.ts';
import { screenAt, type ViewFrame } from './view-frame.ts';
import { turned } from './viewer-canvas.ts';

/** The colours of a chosen lesion's mark. */
const [GROUND, INK, RING] = ['#16202b', '#0a1622', '#5cd0ff'];
const FONT = '600 12px system-ui, "DejaVu Sans", sans-serif';
const LABEL_HEIGHT_PX = 20;
const PADDING_PX = 6;
/** Of the frame around a chosen finding, which would be lost when it is small. */
const MIN_SIDE_PX = 18;

/** Sets one finding off and writes beside it what it is. */
export function drawChosen(context: CanvasRenderingContext2D, frame: ViewFrame, finding: Finding, label: string): void {
  const { scale, left, top } = frame;
  const { x0, y0, x1, y1 } = finding.box;
  const sidePx = Math.max(x1 - x0, y1 - y0) * scale;
  const small = sidePx < MIN_SIDE_PX;
  const [x, y] = [((x0 + x1) / 2) * scale + left, ((y0 + y1) / 2) * scale + top];
  const path = small ? new Path2D() : pathOf([finding], frame);
  if (small) path.rect(x - MIN_SIDE_PX / 2, y - MIN_SIDE_PX / 2, MIN_SIDE_PX, MIN_SIDE_PX);
  turned(context, frame, () => {
    context.lineJoin = 'round';
    for (const [colour, width] of [
      [GROUND, 6],
      [RING, 3],
    ] as const) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke(path);
    }
  });
  const upright = frame.degrees % 180 === 0;
  const halfHeight = Math.max(upright ? (y1 - y0) * scale : sidePx, small ? MIN_SIDE_PX : 0) / 2;
  const middle = screenAt(frame, (x0 + x1) / 2, (y0 + y1) / 2);
  const above = middle.y - halfHeight - LABEL_HEIGHT_PX - 6;
  writeLabel(context, label, middle.x, above >= 0 ? above : middle.y + halfHeight + 6);
}

/** A dark word on a light ground, its upper border's middle at (x, top). */
export function writeLabel(context: CanvasRenderingContext2D, label: string, x: number, top: number): void {
  context.font = FONT;
  const width = context.measureText(label).width + 2 * PADDING_PX;
  context.beginPath();
  context.roundRect(x - width / 2, top, width, LABEL_HEIGHT_PX, 4);
  context.fillStyle = RING;
  context.fill();
  context.strokeStyle = GROUND;
  context.lineWidth = 1;
  context.stroke();
  context.fillStyle = INK;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(label, x, top + LABEL_HEIGHT_PX / 2 + 0.5);
}
