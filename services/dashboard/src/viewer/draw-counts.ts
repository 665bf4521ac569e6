import type { FindingDensity } from '@gigascope/contracts/http';
import { formatShortCount } from '../format.ts';
import type { FindingStyle } from './draw-findings.ts';
import type { ViewFrame } from './view-frame.ts';

const FONT = '600 12px system-ui, "DejaVu Sans", sans-serif';
const LINE_PX = 17;
const PADDING_PX = 5;
const SQUARE = 'rgb(22 32 43 / 0.35)';

/**
 * Draws how many findings each square of an area has: of every class that occurs its count, in the class's colour, so that
 * a single one among thousands of another class still shows.
 */
export function drawCounts(
  context: CanvasRenderingContext2D,
  { scale, left, top, widthPx, heightPx }: ViewFrame,
  { cellL0, classes }: FindingDensity,
  { colours, hidden }: FindingStyle,
): void {
  const side = cellL0 * scale;
  const squares = new Map<string, { x: number; y: number; counts: { name: string; count: number }[] }>();
  // In the manifest's order, so that a class has the same place in every square.
  for (const name of colours.keys()) {
    if (hidden.has(name)) continue;
    for (const [col, row, count] of classes.find((own) => own.class === name)?.cells ?? []) {
      const [x, y] = [col * side + left, row * side + top];
      if (x > widthPx || y > heightPx || x + side < 0 || y + side < 0) continue;
      const key = `${col} ${row}`;
      const square = squares.get(key) ?? { x, y, counts: [] };
      square.counts.push({ name, count });
      squares.set(key, square);
    }
  }
  context.strokeStyle = SQUARE;
  context.lineWidth = 1;
  for (const { x, y } of squares.values()) context.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, side, side);

  context.font = FONT;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const { x, y, counts } of squares.values()) {
    const columns = counts.length * LINE_PX > side ? 2 : 1;
    const lines = Math.ceil(counts.length / columns);
    counts.forEach(({ name, count }, k) => {
      const [column, line] = [k % columns, Math.floor(k / columns)];
      const text = formatShortCount(count);
      const width = context.measureText(text).width + 2 * PADDING_PX;
      const xCentre = x + (side * (column + 0.5)) / columns;
      const yTop = y + side / 2 + (line - lines / 2) * LINE_PX;
      const colour = colours.get(name);
      context.fillStyle = colour?.css ?? '#000000';
      context.fillRect(xCentre - width / 2, yTop, width, LINE_PX - 1);
      context.fillStyle = colour?.ink ?? '#ffffff';
      context.fillText(text, xCentre, yTop + LINE_PX / 2);
    });
  }
}
