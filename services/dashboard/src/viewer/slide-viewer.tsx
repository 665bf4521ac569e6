import type { AnalysisResult } from '@gigascope/contracts';
import type { DeepZoomDescriptor } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { useActions } from '../keys/actions.ts';
import { CheatSheet } from '../keys/cheat-sheet.tsx';
import { useComeBack } from '../session/use-come-back.ts';
import { ErrorNote } from '../ui/notes.tsx';
import { ActivationView } from './activation-view.tsx';
import type { Decided } from './decided.ts';
import type { FindingStyle } from './draw-findings.ts';
import type { Finding, FindingSource } from './finding.ts';
import { FindingsStatus } from './findings-status.tsx';
import { viewportPoint } from './geometry.ts';
import { useHeatSettings } from './heat-settings.ts';
import type { Mark } from './marks.ts';
import { prefersStillness } from './open-viewer.ts';
import { ScaleBarView } from './scale-bar-view.tsx';
import { cellFrame, type Drawing, type Tool } from './sketch.ts';
import type { Target } from './target.ts';
import { TASK_VIEWS } from './task-view.ts';
import { Toolbar } from './toolbar.tsx';
import { useFindingsLayer } from './use-findings-layer.ts';
import { type HeatSource, useHeatmapLayer } from './use-heatmap-layer.ts';
import { useMarks } from './use-marks.ts';
import { useOpenViewer } from './use-open-viewer.ts';
import { useSketch } from './use-sketch.ts';
import { type PlaceL0, screenAt, type ViewFrame } from './view-frame.ts';
import { currentFrame } from './viewer-canvas.ts';

interface SlideViewerProps {
  readonly name: string;
  readonly descriptor: DeepZoomDescriptor;
  /** µm per level-0 pixel; null when nobody knows. */
  readonly mpp: { readonly x: number; readonly y: number } | null;
  readonly analysisId: string | null;
  readonly result: AnalysisResult | null;
  /** The shown analysis' map and that of the one it is compared with. Stay the same objects. */
  readonly heatSources: readonly [HeatSource | null, HeatSource | null];
  /** What to draw on the canvas; null where the task has nothing of the kind. Stays the same object. */
  readonly source: FindingSource | null;
  readonly style: FindingStyle;
  readonly decided: Decided;
  readonly listed: readonly Finding[];
  /** Numbered rings: lesions, and what readers added. Stay the same object. */
  readonly marks: readonly Mark[] | null;
  readonly drawings: readonly Drawing[];
  readonly target: Target | null;
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly onSelect: (key: string) => void;
  readonly onPick: (finding: Finding | null) => void;
  readonly onPlace: (place: PlaceL0) => void;
  readonly onRing: (corners: readonly PlaceL0[]) => void;
}

/** The slide with what was found on it, scale bar and tools. */
export function SlideViewer(props: SlideViewerProps): JSX.Element {
  const { name, descriptor, mpp, analysisId, result, heatSources, source, target, tool, onTool } = props;
  const view = result && TASK_VIEWS[result.task];
  const { element, open, error, tilesFailed, retryTiles, screenPxL0 } = useOpenViewer(
    descriptor,
    phrases.viewer.label(name, view?.steps ?? null),
  );
  const [heat, changeHeat] = useHeatSettings();
  const [marksOn, setMarksOn] = useState(true);
  const [helpOn, setHelpOn] = useState(false);
  const [explained, explain] = useState<Explained | null>(null);
  const { Width: widthL0, Height: heightL0 } = descriptor.Image.Size;
  const size = useMemo(() => ({ widthL0, heightL0 }), [widthL0, heightL0]);
  const opacity = heat.opacity ?? view?.opacity ?? 0.7;
  const root = useRef<HTMLDivElement>(null);

  const [first, second] = heatSources;
  const shown = second === null ? 'first' : heat.shown;
  const layer = useHeatmapLayer(open, size, [shown === 'second' ? null : first, shown === 'first' ? null : second], {
    ...{ on: heat.on, opacity, look: heat, split: 0.5 },
  });
  const findings = useFindingsLayer(open, size, {
    ...{ on: marksOn, source, style: props.style, decided: props.decided, listed: props.listed },
    chosen: target?.finding ?? null,
    onPick: tool === null ? props.onPick : null,
  });
  useEffect(() => explain(null), [analysisId]);
  const explainBeside = (place: PlaceL0 | null): void => {
    explain(place && open && { place, side: otherHalf(currentFrame(open, size), place) });
  };
  const cellL0 = result?.grid.cellL0;
  const drawings = useMemo(() => {
    const frame = explained && cellL0 ? [cellFrame(cellL0, explained.place)] : [];
    return [...(marksOn ? props.drawings : []), ...frame];
  }, [marksOn, props.drawings, explained, cellL0]);
  const { pointer, length } = useSketch(open, size, {
    ...{ tool, mpp, drawings, onPlace: props.onPlace, onRing: props.onRing },
    onLeave: () => onTool(null),
  });
  useMarks(open, size, marksOn ? props.marks : null, target?.key ?? null, props.onSelect);

  useComeBack(() => {
    if (tilesFailed) retryTiles();
    if (layer.error) layer.retry();
    if (findings.error) findings.retry();
  });

  useEffect(() => {
    if (!open || target?.sideL0 == null) return;
    const side = Math.min(1, target.sideL0 / widthL0);
    const { x, y } = viewportPoint(target.xL0, target.yL0, size);
    const { viewport } = open.viewer;
    viewport.fitBounds(new open.library.Rect(x - side / 2, y - side / 2, side, side), prefersStillness());
  }, [target, open, size, widthL0]);

  const measure = (): void => onTool(tool === 'measure' ? null : 'measure');
  const fullScreen = (): void => {
    const stage = root.current?.closest('.stage');
    if (document.fullscreenElement) void document.exitFullscreen();
    else void stage?.requestFullscreen().catch(() => {});
  };
  useActions({
    heatmap: () => changeHeat({ on: !heat.on }),
    marks: () => setMarksOn(!marksOn),
    switchMap: () => second !== null && changeHeat({ shown: shown === 'first' ? 'second' : 'first' }),
    measure,
    fullScreen,
    help: () => setHelpOn(!helpOn),
    cancel: () => helpOn && setHelpOn(false) === undefined,
  });

  const umPerScreenPx = mpp !== null && screenPxL0 !== null ? mpp.x * screenPxL0 : null;
  return (
    <div class="viewer" data-ready={open !== null} ref={root}>
      <Toolbar
        viewport={open?.viewer.viewport ?? null}
        size={size}
        mppX={mpp?.x ?? null}
        umPerScreenPx={umPerScreenPx}
        view={view}
        hasMap={first !== null}
        compares={second !== null}
        heat={heat}
        opacity={opacity}
        onHeat={changeHeat}
        marksOn={marksOn}
        onMarks={setMarksOn}
        threshold={view?.heatmap === 'finding' ? (result?.threshold ?? null) : null}
        measuring={tool === 'measure'}
        onMeasure={measure}
        onFullScreen={fullScreen}
        onHelp={() => setHelpOn(!helpOn)}
      />
      <div class="viewer-stage">
        <div class="viewer-canvas" ref={element} />
        {shown === 'both' && heat.on && <div class="split-line" aria-hidden="true" />}
        {error && <ErrorNote lead={t('errors.viewer')} error={error} />}
        <div class="viewer-notes">
          {tilesFailed && open && <StageNote text={t('errors.tiles')} onRetry={retryTiles} />}
          {layer.error && heat.on && <StageNote text={t('errors.map')} onRetry={layer.retry} />}
          {tool !== null && (
            <p class="viewer-note" role="status">
              {length ?? t(`viewer.toolHints.${tool}`)}
            </p>
          )}
        </div>
        {source && marksOn && <FindingsStatus source={source} shown={findings} onRetry={findings.retry} />}
        {analysisId !== null && result?.task === 'classify' && (
          <ActivationView
            {...{ analysisId, size, pointer, fallback: target, onPlace: explainBeside }}
            place={explained?.place ?? null}
            side={explained?.side ?? 'right'}
          />
        )}
        <ScaleBarView umPerScreenPx={umPerScreenPx} known={mpp !== null} />
        <p class="viewer-keys" aria-hidden="true">
          {phrases.viewer.keys(view?.steps ?? null, view?.heatmap != null)}
        </p>
        {helpOn && <CheatSheet onClose={() => setHelpOn(false)} />}
      </div>
    </div>
  );
}

/** The patch whose activation is shown, and the side of the viewer that the picture stands on. */
interface Explained {
  readonly place: PlaceL0;
  readonly side: 'left' | 'right';
}

/** The half of the viewer in which a place does not lie. */
function otherHalf(frame: ViewFrame, { xL0, yL0 }: PlaceL0): Explained['side'] {
  return screenAt(frame, xL0, yL0).x > frame.widthPx / 2 ? 'left' : 'right';
}

function StageNote({ text, onRetry }: { readonly text: string; readonly onRetry: () => void }): JSX.Element {
  return (
    <p class="viewer-note" role="alert">
      {text}{' '}
      <button type="button" class="button is-small" onClick={onRetry}>
        {t('common.tryAgain')}
      </button>
    </p>
  );
}
