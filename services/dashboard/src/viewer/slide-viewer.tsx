import type { AnalysisResult } from '@gigascope/contracts';
import type { DeepZoomDescriptor } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { useFindingsIn } from '../server/finding-queries.ts';
import { ErrorNote } from '../ui/notes.tsx';
import type { FindingStyle } from './draw-findings.ts';
import type { Finding, FindingSource } from './finding.ts';
import { FindingsStatus } from './findings-status.tsx';
import { viewportPoint } from './geometry.ts';
import type { FloatMap } from './npy.ts';
import { prefersStillness } from './open-viewer.ts';
import { ScaleBarView } from './scale-bar-view.tsx';
import type { Target } from './target.ts';
import { TASK_VIEWS } from './task-view.ts';
import { Toolbar } from './toolbar.tsx';
import { useAsked } from './use-asked.ts';
import { useFindingsLayer } from './use-findings-layer.ts';
import { useHeatmapLayer } from './use-heatmap-layer.ts';
import { useLesionMarks } from './use-lesion-marks.ts';
import { useOpenViewer } from './use-open-viewer.ts';

interface SlideViewerProps {
  readonly name: string;
  readonly descriptor: DeepZoomDescriptor;
  /** µm per level-0 pixel; null when nobody knows. */
  readonly mppX: number | null;
  readonly result: AnalysisResult | null;
  readonly heatmap: FloatMap | null;
  /** What to draw on the canvas; null where the task has nothing of the kind. Stays the same object. */
  readonly source: FindingSource | null;
  readonly style: FindingStyle;
  readonly target: Target | null;
  readonly onSelect: (rank: number) => void;
  /** Stays the same function. */
  readonly onPick: (finding: Finding | null) => void;
  readonly onStep: (by: 1 | -1) => void;
}

/** The slide with what was found on it, scale bar and tools. */
export function SlideViewer(props: SlideViewerProps): JSX.Element {
  const { name, descriptor, mppX, result, heatmap, source, style, target, onSelect, onPick, onStep } = props;
  const view = result && TASK_VIEWS[result.task];
  const { element, open, error, tilesFailed, retryTiles, screenPxL0 } = useOpenViewer(
    descriptor,
    phrases.viewer.label(name, view?.steps ?? null),
  );
  const [opacity, setOpacity] = useState<number | null>(null);
  const [heatmapOn, setHeatmapOn] = useState(true);
  const [marksOn, setMarksOn] = useState(true);
  const { Width: widthL0, Height: heightL0 } = descriptor.Image.Size;
  const size = useMemo(() => ({ widthL0, heightL0 }), [widthL0, heightL0]);
  const shownOpacity = opacity ?? view?.opacity ?? 0.7;

  const mapShown = { on: heatmapOn, opacity: shownOpacity };
  useHeatmapLayer(open, size, heatmap, result?.grid ?? null, mapShown);
  const lesions = marksOn && view?.steps === 'lesions' ? (result?.lesions ?? null) : null;
  useLesionMarks(open, size, lesions, target?.rank ?? null, onSelect);

  const asked = useAsked(open, size);
  const findings = useFindingsIn(source, asked);
  const shown = (source && findings.data) ?? null;
  useFindingsLayer(open, size, { shown: marksOn ? shown : null, style, chosen: target?.finding ?? null, onPick });

  useEffect(() => {
    if (!open || target?.sideL0 == null) return;
    const side = Math.min(1, target.sideL0 / widthL0);
    const { x, y } = viewportPoint(target.xL0, target.yL0, size);
    open.viewer.viewport.fitBounds(new open.library.Rect(x - side / 2, y - side / 2, side, side), prefersStillness());
  }, [target, open, size, widthL0]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.code === 'KeyH') setHeatmapOn((on) => !on);
    else if (event.code === 'KeyN') onStep(1);
    else if (event.code === 'KeyP') onStep(-1);
  };

  const umPerScreenPx = mppX !== null && screenPxL0 !== null ? mppX * screenPxL0 : null;
  return (
    <div class="viewer" data-ready={open !== null}>
      <Toolbar
        viewport={open?.viewer.viewport ?? null}
        umPerScreenPx={umPerScreenPx}
        view={view}
        hasHeatmap={heatmap !== null && result !== null}
        heatmapOn={heatmapOn}
        onHeatmap={setHeatmapOn}
        opacity={shownOpacity}
        onOpacity={setOpacity}
        marksOn={marksOn}
        onMarks={setMarksOn}
        threshold={view?.heatmap === 'finding' ? (result?.threshold ?? null) : null}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: shortcuts of the focusable canvas and marks inside */}
      <div class="viewer-stage" onKeyDown={onKeyDown}>
        <div class="viewer-canvas" ref={element} />
        {error && <ErrorNote lead={t('errors.viewer')} error={error} />}
        {tilesFailed && open && (
          <p class="viewer-note" role="alert">
            {t('errors.tiles')}{' '}
            <button type="button" class="button is-small" onClick={retryTiles}>
              {t('common.tryAgain')}
            </button>
          </p>
        )}
        {source && marksOn && (
          <FindingsStatus
            source={source}
            shown={shown}
            waiting={shown === null || findings.isPlaceholderData}
            error={findings.error}
            onRetry={() => void findings.refetch()}
          />
        )}
        <ScaleBarView umPerScreenPx={umPerScreenPx} known={mppX !== null} />
        <p class="viewer-keys" aria-hidden="true">
          {phrases.viewer.keys(view?.steps ?? null, view?.heatmap != null)}
        </p>
      </div>
    </div>
  );
}
