import type { JSX } from 'preact';
import { formatProbability } from '../format.ts';
import { t } from '../i18n/language.ts';
import { phrases } from '../i18n/phrases.ts';
import { keyOf } from '../keys/actions.ts';
import { heatGradient } from './heat-colours.ts';
import { COLOUR_MAP_NAMES, type HeatSettings, type MapShown } from './heat-settings.ts';
import type { TaskView } from './task-view.ts';

interface HeatControlsProps {
  readonly view: TaskView | null;
  readonly hasMap: boolean;
  /** Whether a second analysis' map is at hand. */
  readonly compares: boolean;
  readonly settings: HeatSettings;
  readonly opacity: number;
  readonly onChange: (change: Partial<HeatSettings>) => void;
  /** The model's own; null where the map has none. */
  readonly threshold: number | null;
}

/** How the heatmap is drawn: whether, how opaque, from which probability on, in which colours, and of which analysis. */
export function HeatControls(props: HeatControlsProps): JSX.Element {
  const { view, hasMap, compares, settings, opacity, onChange, threshold } = props;
  const off = !hasMap || !settings.on;
  const label = phrases.viewer.legend(view?.heatmap ?? 'finding');
  return (
    <>
      <label class="check" title={keyOf('heatmap')}>
        <input
          type="checkbox"
          disabled={!hasMap}
          checked={settings.on}
          onChange={({ currentTarget }) => onChange({ on: currentTarget.checked })}
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
        disabled={off}
        value={Math.round(opacity * 100)}
        onInput={({ currentTarget }) => onChange({ opacity: Number(currentTarget.value) / 100 })}
      />
      <label class="check">
        {t('viewer.from')}
        <input
          class="slider"
          type="range"
          min="0"
          max="0.95"
          step="0.05"
          aria-label={t('viewer.fromLong')}
          disabled={off}
          value={settings.from}
          onInput={({ currentTarget }) => onChange({ from: Number(currentTarget.value) })}
        />
        <output class="slider-value">{formatProbability(settings.from).slice(0, 4)}</output>
      </label>
      <select
        class="select-small"
        aria-label={t('viewer.colours')}
        disabled={off}
        value={settings.map}
        onChange={({ currentTarget }) => onChange({ map: currentTarget.value as HeatSettings['map'] })}
      >
        {COLOUR_MAP_NAMES.map((name) => (
          <option key={name} value={name}>
            {t(`viewer.colourMaps.${name}`)}
          </option>
        ))}
      </select>
      <span class="legend" role="img" aria-label={label} title={label}>
        <span>0</span>
        <span class="legend-bar">
          <span class="legend-colours" style={{ background: heatGradient(settings) }} />
          {threshold !== null && <span class="legend-threshold" style={{ left: `${threshold * 100}%` }} />}
        </span>
        <span>1</span>
      </span>
      {compares && (
        <select
          class="select-small"
          aria-label={t('viewer.mapShown')}
          title={keyOf('switchMap')}
          value={settings.shown}
          onChange={({ currentTarget }) => onChange({ shown: currentTarget.value as MapShown })}
        >
          {(['first', 'second', 'both'] as const).map((shown) => (
            <option key={shown} value={shown}>
              {t(`viewer.maps.${shown}`)}
            </option>
          ))}
        </select>
      )}
    </>
  );
}
