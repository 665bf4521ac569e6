import { useEffect, useState } from 'preact/hooks';
import { text } from '../text.ts';
import { drawChosen } from './draw-chosen.ts';
import { drawCounts } from './draw-counts.ts';
import { drawFindings, type FindingStyle } from './draw-findings.ts';
import { type Finding, type FindingsInArea, findingAt } from './finding.ts';
import { addFindingsCanvas, type FindingsCanvas } from './findings-canvas.ts';
import type { SlideSize } from './geometry.ts';
import type { OpenViewer } from './open-viewer.ts';
import { pointAt } from './view-frame.ts';

/** How far beside a finding a click still means it; screen pixels. */
const SLACK_PX = 4;

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
        drawChosen(context, frame, chosen, text.findings.finding(chosen));
    });
  }, [canvas, shown, style, chosen, size]);

  useEffect(() => {
    if (!open || !canvas || shown?.show !== 'each') return;
    const visible = shown.findings.filter((finding) => !style.hidden.has(finding.class));
    const click = (event: { quick?: boolean; position: { x: number; y: number } }): void => {
      if (event.quick === false) return;
      const frame = canvas.frame();
      const { x, y } = event.position;
      onPick(findingAt(visible, pointAt(frame, x, y), SLACK_PX / frame.scale));
    };
    open.viewer.addHandler('canvas-click', click);
    return () => open.viewer.removeHandler('canvas-click', click);
  }, [open, canvas, shown, style, onPick]);
}
