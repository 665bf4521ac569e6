import type { DecidedFinding } from './decided.ts';
import { type FindingStyle, pathOf, sideOf } from './draw-findings.ts';
import type { Finding } from './finding.ts';
import { type AreaL0, areaAround, screenAt, touches, type ViewFrame } from './view-frame.ts';
import { turned } from './viewer-canvas.ts';

/** Lines and signs are told apart by their shape in grey too; the colours are those of the marks. */
const [GROUND, WHITE, ACCEPTED, REJECTED, MOVED] = ['#16202b', '#ffffff', '#7ee2a8', '#ffffff', '#ffd666'];
const CASING_PX = 3;
const ACCEPTED_PX = 4;
const LINE_PX = 2;
const REJECTED_DASH = [6, 4];
const MOVED_DASH = [2, 4];
/** Half of a sign's side; beside a small finding it would hide what it speaks of, so it is smaller there. */
const [SIGN_PX, SMALL_SIGN_PX] = [8, 5.5];
const [OUTLINED_PX, SMALL_PX] = [14, 28];

type Verdict = 'accept' | 'reject' | 'moved';
interface Sign {
  readonly verdict: Verdict;
  readonly x: number;
  readonly y: number;
  readonly halfPx: number;
}

/**
 * Draws what was decided over all other findings: accepted ones with a heavy line in their class's colour and a tick on a
 * disc, rejected ones with a dashed line and a cross on a square, moved ones dotted where they were, whole where they are
 * now, with an arrow on a diamond. One path for each verdict and class, however many there are.
 */
export function drawDecided(
  context: CanvasRenderingContext2D,
  frame: ViewFrame,
  decided: readonly DecidedFinding[],
  { colours, hidden }: FindingStyle,
): void {
  const view = areaAround(frame);
  const seen = decided.filter(({ finding, decision }) => {
    if (hidden.has(finding.class)) return false;
    return (
      touches(finding.box, view) || (decision.verdict === 'moved' && touches(movedTo(finding, decision.to).box, view))
    );
  });
  const of = (verdict: Verdict): readonly Finding[] =>
    seen.filter(({ decision }) => decision.verdict === verdict).map(({ finding }) => finding);
  const moved = seen.flatMap(({ finding, decision }) =>
    decision.verdict === 'moved' ? [{ from: finding, to: movedTo(finding, decision.to) }] : [],
  );
  turned(context, frame, () => {
    context.lineJoin = 'round';
    line(context, outlines(of('reject'), frame), REJECTED, LINE_PX, REJECTED_DASH);
    line(context, outlines(of('moved'), frame), MOVED, LINE_PX, MOVED_DASH);
    line(context, ways(moved, frame), MOVED, LINE_PX, MOVED_DASH);
    const whole = [...of('accept'), ...moved.map(({ to }) => to)];
    for (const [name, own] of Map.groupBy(whole, (finding) => finding.class))
      line(context, outlines(own, frame), colours.get(name)?.css ?? WHITE, ACCEPTED_PX, []);
  });
  drawSigns(context, [
    ...of('reject').map((finding) => signOf('reject', finding, frame)),
    ...moved.map(({ to }) => signOf('moved', to, frame)),
    ...of('accept').map((finding) => signOf('accept', finding, frame)),
  ]);
}

/** A finding shifted so that its middle is where the reader put it. */
function movedTo(finding: Finding, { xL0, yL0 }: { readonly xL0: number; readonly yL0: number }): Finding {
  const { box, rings } = finding;
  const [dx, dy] = [xL0 - (box.x0 + box.x1) / 2, yL0 - (box.y0 + box.y1) / 2];
  const shifted: AreaL0 = { x0: box.x0 + dx, y0: box.y0 + dy, x1: box.x1 + dx, y1: box.y1 + dy };
  return { ...finding, box: shifted, rings: rings?.map((ring) => ring.map((v, k) => v + (k % 2 ? dy : dx))) ?? null };
}

/** Those that their sign lies upon have it alone. */
function outlines(findings: readonly Finding[], frame: ViewFrame): Path2D {
  return pathOf(
    findings.filter((finding) => sideOf(finding, frame) >= OUTLINED_PX),
    frame,
  );
}

function ways(
  moved: readonly { readonly from: Finding; readonly to: Finding }[],
  { scale, left, top }: ViewFrame,
): Path2D {
  const path = new Path2D();
  for (const { from, to } of moved) {
    path.moveTo(((from.box.x0 + from.box.x1) / 2) * scale + left, ((from.box.y0 + from.box.y1) / 2) * scale + top);
    path.lineTo(((to.box.x0 + to.box.x1) / 2) * scale + left, ((to.box.y0 + to.box.y1) / 2) * scale + top);
  }
  return path;
}

function line(
  context: CanvasRenderingContext2D,
  path: Path2D,
  colour: string,
  widthPx: number,
  dash: readonly number[],
): void {
  context.strokeStyle = GROUND;
  context.lineWidth = widthPx + CASING_PX;
  context.stroke(path);
  context.strokeStyle = colour;
  context.lineWidth = widthPx;
  context.setLineDash([...dash]);
  context.stroke(path);
  context.setLineDash([]);
}

/** At the upper right corner, or on the middle of what is hardly larger than the sign. */
function signOf(verdict: Verdict, finding: Finding, frame: ViewFrame): Sign {
  const { x0, y0, x1, y1 } = finding.box;
  const side = sideOf(finding, frame);
  const at = side < OUTLINED_PX ? screenAt(frame, (x0 + x1) / 2, (y0 + y1) / 2) : screenAt(frame, x1, y0);
  return { verdict, ...at, halfPx: side < SMALL_PX ? SMALL_SIGN_PX : SIGN_PX };
}

function drawSigns(context: CanvasRenderingContext2D, signs: readonly Sign[]): void {
  context.lineJoin = context.lineCap = 'round';
  for (const [verdict, own] of Map.groupBy(signs, (sign) => sign.verdict)) {
    const { ground, glyph, colour } = SIGNS[verdict];
    const [grounds, glyphs] = [new Path2D(), new Path2D()];
    for (const { x, y, halfPx } of own) {
      ground(grounds, x, y, halfPx);
      glyph(glyphs, x, y, halfPx);
    }
    context.fillStyle = colour;
    context.fill(grounds);
    context.strokeStyle = GROUND;
    context.lineWidth = 1.5;
    context.stroke(grounds);
    context.lineWidth = 2;
    context.stroke(glyphs);
  }
  context.lineCap = 'butt';
}

type Shape = (path: Path2D, x: number, y: number, half: number) => void;
const SIGNS: Readonly<Record<Verdict, { readonly ground: Shape; readonly glyph: Shape; readonly colour: string }>> = {
  accept: {
    colour: ACCEPTED,
    ground(path, x, y, half) {
      path.moveTo(x + half, y);
      path.arc(x, y, half, 0, 2 * Math.PI);
    },
    glyph(path, x, y, half) {
      path.moveTo(x - 0.45 * half, y);
      path.lineTo(x - 0.1 * half, y + 0.4 * half);
      path.lineTo(x + 0.5 * half, y - 0.4 * half);
    },
  },
  reject: {
    colour: REJECTED,
    ground(path, x, y, half) {
      path.rect(x - 0.9 * half, y - 0.9 * half, 1.8 * half, 1.8 * half);
    },
    glyph(path, x, y, half) {
      for (const way of [1, -1]) {
        path.moveTo(x - 0.45 * half, y - 0.45 * half * way);
        path.lineTo(x + 0.45 * half, y + 0.45 * half * way);
      }
    },
  },
  moved: {
    colour: MOVED,
    ground(path, x, y, half) {
      path.moveTo(x, y - 1.25 * half);
      path.lineTo(x + 1.25 * half, y);
      path.lineTo(x, y + 1.25 * half);
      path.lineTo(x - 1.25 * half, y);
      path.closePath();
    },
    glyph(path, x, y, half) {
      path.moveTo(x - 0.4 * half, y + 0.4 * half);
      path.lineTo(x + 0.4 * half, y - 0.4 * half);
      path.moveTo(x - 0.15 * half, y - 0.4 * half);
      path.lineTo(x + 0.4 * half, y - 0.4 * half);
      path.lineTo(x + 0.4 * half, y + 0.15 * half);
    },
  },
};
