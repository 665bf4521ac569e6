import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { phrases } from '../i18n/phrases.ts';
import { fetchFindingTile } from '../server/tile-requests.ts';
import type { Decided } from './decided.ts';
import { drawChosen } from './draw-chosen.ts';
import type { FindingStyle } from './draw-findings.ts';
import { type Finding, type FindingSource, findingAt } from './finding.ts';
import { FindingPainter } from './finding-painter.ts';
import type { SlideSize } from './geometry.ts';
import type { OpenViewer } from './open-viewer.ts';
import { TileCache } from './tile-cache.ts';
import { type Click, useClicks } from './use-clicks.ts';
import { addViewerCanvas, type ViewerCanvas } from './viewer-canvas.ts';

/** How far beside a finding a click still means it; screen pixels. */
const SLACK_PX = 4;

interface LayerOptions {
  readonly on: boolean;
  /** null: the task has nothing of the kind. */
  readonly source: FindingSource | null;
  readonly style: FindingStyle;
  /** What was said of them; drawn over the others. Stays the same object. */
  readonly decided: Decided;
  /** Those that are listed, known before their tiles are. */
  readonly listed: readonly Finding[];
  readonly chosen: Finding | null;
  /** null: clicks are not for findings. */
  readonly onPick: ((finding: Finding | null) => void) | null;
}

/** What of the findings in view is drawn. */
export interface FindingsShown {
  readonly waiting: boolean;
  /** Some are counted by squares, because they are too many. */
  readonly counted: boolean;
  readonly error: Error | null;
}

const NOTHING: FindingsShown = { waiting: true, counted: false, error: null };

/** Keeps findings drawn over the slide and tells which one is clicked on. */
export function useFindingsLayer(
  open: OpenViewer | null,
  size: SlideSize,
  { on, source, style, decided, listed, chosen, onPick }: LayerOptions,
): FindingsShown & { readonly retry: () => void } {
  const [canvas, setCanvas] = useState<ViewerCanvas | null>(null);
  const [shown, setShown] = useState(NOTHING);
  useEffect(() => {
    if (!open) return;
    const added = addViewerCanvas(open, size, 'findings-canvas');
    setCanvas(added);
    return () => {
      setCanvas(null);
      added.remove();
    };
  }, [open, size]);

  const layer = useMemo(() => {
    if (!canvas || !source) return null;
    const tiles = new TileCache({
      load: (key, signal) => fetchFindingTile(source, key, size, signal),
      onChange: () => canvas.refresh(),
    });
    return { tiles, painter: new FindingPainter(tiles, size, () => canvas.refresh()) };
  }, [canvas, source, size]);
  useEffect(() => () => layer?.tiles.close(), [layer]);

  useEffect(() => {
    layer?.painter.setStyle(style);
    layer?.painter.setDecided(decided, chosen ? [...listed, chosen] : listed);
    canvas?.setPainter((context, frame) => {
      if (!on || !layer) return;
      const { counted } = layer.painter.draw(context, frame);
      if (chosen && !style.hidden.has(chosen.class))
        drawChosen(context, frame, chosen, phrases.findings.finding(chosen));
      const now = { counted, waiting: layer.tiles.waiting, error: layer.tiles.error };
      setShown((before) => (same(before, now) ? before : now));
    });
  }, [canvas, layer, style, decided, listed, chosen, on]);

  const pick = useRef<(click: Click) => void>(() => {});
  pick.current = ({ place, frame }) => {
    if (!on || !layer || !onPick) return;
    const slackL0 = SLACK_PX / frame.scale;
    const visible = layer.painter.near(place, slackL0).filter((finding) => !style.hidden.has(finding.class));
    onPick(findingAt(visible, place, slackL0));
  };
  useClicks(open, size, (click) => pick.current(click));
  return { ...shown, retry: () => layer?.tiles.retry() };
}

function same(a: FindingsShown, b: FindingsShown): boolean {
  return a.counted === b.counted && a.waiting === b.waiting && a.error === b.error;
}
