import type OpenSeadragon from 'openseadragon';
import type { JSX } from 'preact';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { keyOf } from '../keys/actions.ts';
import type { SlideSize } from './geometry.ts';
import { HeatControls } from './heat-controls.tsx';
import type { HeatSettings } from './heat-settings.ts';
import type { TaskView } from './task-view.ts';
import { ViewControls } from './view-controls.tsx';

interface ToolbarProps {
  readonly viewport: OpenSeadragon.Viewport | null;
  readonly size: SlideSize;
  readonly mppX: number | null;
  readonly umPerScreenPx: number | null;
  /** null until a result is there. */
  readonly view: TaskView | null;
  readonly hasMap: boolean;
  readonly compares: boolean;
  readonly heat: HeatSettings;
  readonly opacity: number;
  readonly onHeat: (change: Partial<HeatSettings>) => void;
  readonly marksOn: boolean;
  readonly onMarks: (on: boolean) => void;
  readonly threshold: number | null;
  readonly measuring: boolean;
  readonly onMeasure: () => void;
  readonly onFullScreen: () => void;
  readonly onHelp: () => void;
}

/** Two rows above the slide: the view, and what is drawn over it. Always as tall, whatever is known yet. */
export function Toolbar(props: ToolbarProps): JSX.Element {
  const { viewport, size, mppX, umPerScreenPx, view, marksOn, measuring } = props;
  return (
    <div class="toolbar" role="toolbar" aria-label={t('viewer.tools')}>
      <div class="tools">
        <ViewControls viewport={viewport} size={size} mppX={mppX} umPerScreenPx={umPerScreenPx} />
        <div class="button-group is-last">
          <button
            type="button"
            class="button is-small"
            disabled={!viewport}
            aria-pressed={measuring}
            title={keyOf('measure')}
            onClick={props.onMeasure}
          >
            {t('viewer.measure')}
          </button>
          <button
            type="button"
            class="button is-small"
            aria-label={t('viewer.fullScreen')}
            title={`${t('viewer.fullScreen')} (${keyOf('fullScreen')})`}
            onClick={props.onFullScreen}
          >
            <svg viewBox="0 0 16 16" width="14" height="14" fill="none" stroke="currentColor" stroke-width="1.8">
              <title>{t('viewer.fullScreen')}</title>
              <path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" />
            </svg>
          </button>
          <button
            type="button"
            class="button is-small"
            aria-label={t('viewer.help')}
            title={t('viewer.help')}
            onClick={props.onHelp}
          >
            ?
          </button>
        </div>
      </div>
      <div class="tools">
        {(view === null || view.heatmap !== null) && (
          <HeatControls
            view={view}
            hasMap={props.hasMap}
            compares={props.compares}
            settings={props.heat}
            opacity={props.opacity}
            onChange={props.onHeat}
            threshold={props.threshold}
          />
        )}
        <label class="check" title={keyOf('marks')}>
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
