import type { ClassColour } from './class-colours.ts';
import type { Finding } from './finding.ts';
import { areaAround, touches, type ViewFrame } from './view-frame.ts';

/** Smaller on screen than this, a finding is a dot of that size: it may be small, but it is never lost. */
const DOT_PX = 7;
const LINE_PX = 2;
/** Of the light rim that sets a line off from stained tissue, on both sides. */
const RIM_PX = 1;
/**
 * Where half of the findings on screen are smaller than this, all have thin lines without a rim, which would cover what
 * they show. All alike: a heavier line would say that one finding matters more than another.
 */
const RIMMED_PX = 24;
const THIN_PX = 1.5;
const RIM = 'rgb(255 255 255 / 0.85)';
const FILL_OPACITY = 0.08;

export interface FindingStyle {
  readonly colours: ReadonlyMap<string, ClassColour>;
  readonly hidden: ReadonlySet<string>;
}

/**
 * Draws boxes and outlines in the colours of their classes, one path for each class, with the slide's own axes.
 * `medianSidePx` is that of all findings in view, not only of these.
 */
export function drawFindings(
  context: CanvasRenderingContext2D,
  frame: ViewFrame,
  findings: readonly Finding[],
  { colours, hidden }: FindingStyle,
  medianSidePx: number,
): void {
  const view = areaAround(frame);
  const seen = findings.filter((finding) => touches(finding.box, view) && !hidden.has(finding.class));
  const layers = [...Map.groupBy(seen, (finding) => finding.class)].map(([name, own]) => {
    const [small, large] = [true, false].map((dot) => own.filter((one) => sideOf(one, frame) < DOT_PX === dot));
    const colour = colours.get(name)?.css ?? '#000000';
    // Boxes leave the tissue in them to be seen as it is.
    const filled = own.some(({ rings }) => rings !== null);
    return { colour, filled, dots: dotsOf(small ?? [], frame), shapes: pathOf(large ?? [], frame) };
  });
  const linePx = medianSidePx < RIMMED_PX ? THIN_PX : LINE_PX;
  context.lineJoin = 'round';
  context.strokeStyle = RIM;
  for (const { dots, shapes } of layers) {
    stroke(context, dots, 2 * RIM_PX);
    if (medianSidePx >= RIMMED_PX) stroke(context, shapes, linePx + 2 * RIM_PX);
  }
  for (const { colour, dots, shapes, filled } of layers) {
    context.strokeStyle = context.fillStyle = colour;
    context.fill(dots);
    stroke(context, shapes, linePx);
    if (!filled || medianSidePx < RIMMED_PX) continue;
    context.globalAlpha = FILL_OPACITY;
    context.fill(shapes, 'evenodd');
    context.globalAlpha = 1;
  }
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, widthPx: number): void {
  context.lineWidth = widthPx;
  context.stroke(path);
}

/** The longer side on screen. */
export function sideOf({ box }: Finding, { scale }: ViewFrame): number {
  return Math.max(box.x1 - box.x0, box.y1 - box.y0) * scale;
}

export function pathOf(findings: readonly Finding[], { scale, left, top }: ViewFrame): Path2D {
  const path = new Path2D();
  for (const { box, rings } of findings) {
    if (rings === null) {
      path.rect(box.x0 * scale + left, box.y0 * scale + top, (box.x1 - box.x0) * scale, (box.y1 - box.y0) * scale);
      continue;
    }
    for (const ring of rings) {
      for (let k = 0; k + 1 < ring.length; k += 2) {
        const [x, y] = [(ring[k] as number) * scale + left, (ring[k + 1] as number) * scale + top];
        if (k === 0) path.moveTo(x, y);
        else path.lineTo(x, y);
      }
      path.closePath();
    }
  }
  return path;
}

function dotsOf(findings: readonly Finding[], { scale, left, top }: ViewFrame): Path2D {
  const path = new Path2D();
  for (const { box } of findings) {
    const [x, y] = [((box.x0 + box.x1) / 2) * scale + left, ((box.y0 + box.y1) / 2) * scale + top];
    path.moveTo(x + DOT_PX / 2, y);
    path.arc(x, y, DOT_PX / 2, 0, 2 * Math.PI);
  }
  return path;
}
