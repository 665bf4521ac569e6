import { useEffect, useRef, useState } from 'preact/hooks';
import { phrases } from '../i18n/phrases.ts';
import { drawChosen } from './draw-chosen.ts';
import { drawCounts } from './draw-counts.ts';
import { drawFindings, type FindingStyle } from './draw-findings.ts';
import { type Finding, type FindingsInArea, findingAt } from './finding.ts';
import { addFindingsCanvas, type FindingsCanvas } from './findings-canvas.ts';
import type { SlideSize } from './geometry.ts';
import type { OpenViewer } from './open-viewer.ts';
import { pointAt } from './view-frame.ts';

/** How far beside a finding a click still means it, and how far a hand may slip in it; screen pixels. */
const SLACK_PX = 4;

interface Place {
  readonly x: number;
  readonly y: number;
}

interface LayerOptions {
  /** null: nothing is drawn. */
  readonly shown: FindingsInArea | null;
  readonly style: FindingStyle;
  readonly chosen: Finding | null;
  readonly onPick: (finding: Finding | null) => void;
}

/** Keeps findings drawn over the slide and tells which one is clicked on. */
export function useFindingsLayer(
  open: OpenViewer | null,
  size: SlideSize,
  { shown, style, chosen, onPick }: LayerOptions,
): void {
  const [canvas, setCanvas] = useState<FindingsCanvas | null>(null);
  useEffect(() => {
    if (!open) return;
    const added = addFindingsCanvas(open, size);
    setCanvas(added);
    return () => {
      setCanvas(null);
      added.remove();
    };
  }, [open, size]);

  useEffect(() => {
    canvas?.setPainter((context, frame) => {
      if (shown?.show === 'counts') drawCounts(context, frame, shown.density, style, size);
      if (shown?.show === 'each') drawFindings(context, frame, shown.findings, style);
      if (shown && chosen && !style.hidden.has(chosen.class))
        drawChosen(context, frame, chosen, phrases.findings.finding(chosen));
    });
  }, [canvas, shown, style, chosen, size]);

  // Looked at when the click comes, so that none ever meets what was drawn a moment before.
  const latest = useRef({ shown, style, onPick });
  latest.current = { shown, style, onPick };
  useEffect(() => {
    if (!open || !canvas) return;
    let pressed: Place | null = null;
    const press = ({ position }: { readonly position: Place }): void => {
      pressed = position;
    };
    // However long it takes, but not at the end of a drag, which OpenSeadragon calls a click too.
    const click = ({ position: { x, y } }: { readonly position: Place }): void => {
      const now = latest.current;
      if (pressed === null || Math.hypot(x - pressed.x, y - pressed.y) > SLACK_PX) return;
      if (now.shown?.show !== 'each') return;
      const visible = now.shown.findings.filter((finding) => !now.style.hidden.has(finding.class));
      const frame = canvas.frame();
      now.onPick(findingAt(visible, pointAt(frame, x, y), SLACK_PX / frame.scale));
    };
    open.viewer.addHandler('canvas-press', press);
    open.viewer.addHandler('canvas-click', click);
    return () => {
      open.viewer.removeHandler('canvas-press', press);
      open.viewer.removeHandler('canvas-click', click);
    };
  }, [open, canvas]);
}
