import { COLOUR_MAPS, type ColourMapName } from '@gigascope/contracts/colours';
import { useState } from 'preact/hooks';

/** Which of two maps is shown: the analysis chosen, the one that it is compared with, or half of each. */
export type MapShown = 'first' | 'second' | 'both';

export interface HeatSettings {
  readonly on: boolean;
  /** null: as the task begins. */
  readonly opacity: number | null;
  /** Cells below it are clear. */
  readonly from: number;
  readonly map: ColourMapName;
  readonly shown: MapShown;
}

export const COLOUR_MAP_NAMES = Object.keys(COLOUR_MAPS) as ColourMapName[];
const KEPT_AS = 'gigascope.colour-map';

/** How the heatmap is drawn; the colours are kept in this browser. */
export function useHeatSettings(): readonly [HeatSettings, (change: Partial<HeatSettings>) => void] {
  const [settings, set] = useState<HeatSettings>(() => ({
    ...{ on: true, opacity: null, from: 0, shown: 'first' },
    map: COLOUR_MAP_NAMES.find((name) => name === localStorage.getItem(KEPT_AS)) ?? 'magma',
  }));
  const change = (part: Partial<HeatSettings>): void => {
    if (part.map !== undefined) localStorage.setItem(KEPT_AS, part.map);
    set((before) => ({ ...before, ...part }));
  };
  return [settings, change];
}
