import type { FindingDensity } from '@gigascope/client';
import { formatShortCount } from '../format.ts';
import type { FindingStyle } from './draw-findings.ts';
import type { SlideSize } from './geometry.ts';
import { areaAround, screenAt, touches, type ViewFrame } from './view-frame.ts';
import { turned } from './viewer-canvas.ts';

const FONT = '600 12px system-ui, "DejaVu Sans", sans-serif';
const LINE_PX = 17;
const PADDING_PX = 5;
const SQUARE = 'rgb(22 32 43 / 0.35)';

/** On screen. */
interface Square {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly counts: { readonly name: string; readonly count: number }[];
}

/**
 * Draws how many findings each square of an area has: of every class that occurs its count, in the class's colour, so that
 * a single one among thousands of another class still shows.
 */
export function drawCounts(
  context: CanvasRenderingContext2D,
  frame: ViewFrame,
  { cellL0, classes }: FindingDensity,
  { colours, hidden }: FindingStyle,
  { widthL0, heightL0 }: SlideSize,
): void {
  const { scale, left, top } = frame;
  const seen = areaAround(frame);
  const squares = new Map<string, Square>();
  // In the manifest's order, so that a class has the same place in every square.
  for (const name of colours.keys()) {
    if (hidden.has(name)) continue;
    for (const [col, row, count] of classes.find((own) => own.class === name)?.cells ?? []) {
      const [x0, y0] = [col * cellL0, row * cellL0];
      if (!touches({ x0, y0, x1: x0 + cellL0, y1: y0 + cellL0 }, seen)) continue;
      const [x, y] = [x0 * scale + left, y0 * scale + top];
      // The last squares end with the slide.
      const width = Math.min(cellL0, widthL0 - x0) * scale;
      const height = Math.min(cellL0, heightL0 - y0) * scale;
      const key = `${col} ${row}`;
      const square = squares.get(key) ?? { x, y, width, height, counts: [] };
      square.counts.push({ name, count });
      squares.set(key, square);
    }
  }
  context.strokeStyle = SQUARE;
  context.lineWidth = 1;
  turned(context, frame, () => {
    for (const { x, y, width, height } of squares.values())
      context.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, width, height);
  });

  context.font = FONT;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const square of squares.values()) {
    const { x, y, width, height } = square;
    const middle = screenAt(frame, (x + width / 2 - left) / scale, (y + height / 2 - top) / scale);
    writeCounts(context, { ...square, x: middle.x - width / 2, y: middle.y - height / 2 }, colours);
  }
}

/** One below the other in the middle of the square, in two columns where they would not fit. */
function writeCounts(
  context: CanvasRenderingContext2D,
  { x, y, width, height, counts }: Square,
  colours: FindingStyle['colours'],
): void {
  const columns = counts.length * LINE_PX > height ? 2 : 1;
  const lines = Math.ceil(counts.length / columns);
  counts.forEach(({ name, count }, k) => {
    const [column, line] = [k % columns, Math.floor(k / columns)];
    const text = formatShortCount(count);
    const textWidth = context.measureText(text).width + 2 * PADDING_PX;
    const xCentre = x + (width * (column + 0.5)) / columns;
    const yTop = y + height / 2 + (line - lines / 2) * LINE_PX;
    const colour = colours.get(name);
    context.fillStyle = colour?.css ?? '#000000';
    context.fillRect(xCentre - textWidth / 2, yTop, textWidth, LINE_PX - 1);
    context.fillStyle = colour?.ink ?? '#ffffff';
    context.fillText(text, xCentre, yTop + LINE_PX / 2);
  });
}
