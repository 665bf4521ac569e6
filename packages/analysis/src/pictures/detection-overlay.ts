import type { AnalysisPlan, ClassCount, Detection } from '@gigascope/contracts';
import { cssColours, drawClassLegend } from './class-legend.ts';
import { composeOverlay, thumbnailScale } from './compose-overlay.ts';

/** A box is drawn at least so large, or small objects vanish on a whole slide's picture. */
const MIN_BOX_PX = 3;
/** Beyond this the picture holds the most probable ones; the legend still counts all. */
const MAX_DRAWN = 100_000;

export interface DetectionOverlayInput {
  readonly plan: AnalysisPlan;
  readonly detections: readonly Detection[];
  readonly counts: readonly ClassCount[];
  readonly classes: readonly string[];
  /** RGBA of the thumbnail's size below the boxes. */
  readonly colours?: Buffer;
}

/** The picture of a detecting model: every object as a box in its class's colour. PNG bytes. */
export async function drawDetectionOverlay(input: DetectionOverlayInput): Promise<Buffer> {
  const { plan, detections, counts, classes, colours = null } = input;
  const { perL0 } = thumbnailScale(plan);
  const drawn = detections.slice(0, MAX_DRAWN);
  // One path a class: a hundred thousand elements would take the drawing library minutes.
  const paths = [...cssColours(classes)].map(([name, colour]) => {
    const boxes = drawn.filter((detection) => detection.class === name).map((detection) => boxPath(detection, perL0));
    return `<path d="${boxes.join('')}" fill="none" stroke="${colour}" stroke-width="1.4"/>`;
  });
  return await composeOverlay(plan, {
    colours,
    marks: paths.join(''),
    legend: (width, top) => drawClassLegend(counts, classes, width, top),
  });
}

function boxPath({ x0L0, y0L0, x1L0, y1L0 }: Detection, perL0: { readonly x: number; readonly y: number }): string {
  const width = Math.max(MIN_BOX_PX, (x1L0 - x0L0) * perL0.x);
  const height = Math.max(MIN_BOX_PX, (y1L0 - y0L0) * perL0.y);
  const left = ((x0L0 + x1L0) / 2) * perL0.x - width / 2;
  const top = ((y0L0 + y1L0) / 2) * perL0.y - height / 2;
  return `M${left.toFixed(1)} ${top.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}z`;
}
