import type OpenSeadragon from 'openseadragon';
import type { JSX } from 'preact';
import { formatMagnification } from '../format.ts';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { magnification } from './geometry.ts';
import { magmaGradient } from './magma.ts';
import type { TaskView } from './task-view.ts';

interface ToolbarProps {
  readonly viewport: OpenSeadragon.Viewport | null;
  readonly umPerScreenPx: number | null;
  /** null until a result is there. */
  readonly view: TaskView | null;
  readonly hasHeatmap: boolean;
  readonly heatmapOn: boolean;
  readonly onHeatmap: (on: boolean) => void;
  readonly opacity: number;
  readonly onOpacity: (opacity: number) => void;
  readonly marksOn: boolean;
  readonly onMarks: (on: boolean) => void;
  readonly threshold: number | null;
}

const ZOOM_STEP = 1.6;

/** Zoom, heatmap and marks. Always as tall, whatever is known yet. */
export function Toolbar(props: ToolbarProps): JSX.Element {
  const { viewport, umPerScreenPx, view, hasHeatmap, heatmapOn, opacity, marksOn, threshold } = props;
  const zoom = (factor: number): void => {
    viewport?.zoomBy(factor);
    viewport?.applyConstraints();
  };
  return (
    <div class="toolbar" role="toolbar" aria-label={t('viewer.tools')}>
      <div class="tools">
        <button
          type="button"
          class="button"
          disabled={!viewport}
          aria-label={t('viewer.zoomOut')}
          onClick={() => zoom(1 / ZOOM_STEP)}
        >
          −
        </button>
        <button
          type="button"
          class="button"
          disabled={!viewport}
          aria-label={t('viewer.zoomIn')}
          onClick={() => zoom(ZOOM_STEP)}
        >
          +
        </button>
        <button
          type="button"
          class="button"
          disabled={!viewport}
          title={t('viewer.fit')}
          onClick={() => viewport?.goHome()}
        >
          {t('viewer.fitShort')}
        </button>
        <output class="magnification" aria-label={t('viewer.magnification')}>
          {umPerScreenPx === null ? '' : formatMagnification(magnification(umPerScreenPx))}
        </output>
      </div>
      <div class="tools">
        {(view === null || view.heatmap !== null) && (
          <>
            <label class="check">
              <input
                type="checkbox"
                disabled={!hasHeatmap}
                checked={heatmapOn}
                onChange={({ currentTarget }) => props.onHeatmap(currentTarget.checked)}
              />
              {t('viewer.heatmap')}
            </label>
            <input
              class="slider"
              type="range"
              min="0"
              max="100"
              step="5"
              aria-label={t('viewer.opacity')}
              title={t('viewer.opacity')}
              disabled={!hasHeatmap || !heatmapOn}
              value={Math.round(opacity * 100)}
              onInput={({ currentTarget }) => props.onOpacity(Number(currentTarget.value) / 100)}
            />
            <Legend label={phrases.viewer.legend(view?.heatmap ?? 'finding')} threshold={threshold} />
          </>
        )}
        <label class="check">
          <input
            type="checkbox"
            disabled={view === null}
            checked={marksOn}
            onChange={({ currentTarget }) => props.onMarks(currentTarget.checked)}
          />
          {phrases.viewer.marks(view?.findings ?? null)}
        </label>
      </div>
    </div>
  );
}

function Legend({ label, threshold }: { readonly label: string; readonly threshold: number | null }): JSX.Element {
  return (
    <span class="legend" role="img" aria-label={label} title={label}>
      <span>0</span>
      <span class="legend-bar">
        <span class="legend-colours" style={{ background: magmaGradient() }} />
        {threshold !== null && <span class="legend-threshold" style={{ left: `${threshold * 100}%` }} />}
      </span>
      <span>1</span>
    </span>
  );
}
