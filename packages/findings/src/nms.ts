import type { ProbabilityMap } from './heatmap.ts';
import { DISC_DEFAULTS, type NmsSettings, nmsDisc, type Peak } from './nms-disc.ts';
import { formatNcrfCsv, NCRF_DEFAULTS, nmsNcrf } from './nms-ncrf.ts';
import { formatDetectionCsv } from './serialise/lesions-csv.ts';

interface NmsForm {
  readonly defaults: NmsSettings;
  readonly find: (map: ProbabilityMap, settings: NmsSettings) => readonly Peak[];
  /** Level-0 points as the form's own CSV; `cellPx` is the side of a cell in level-0 pixels. */
  readonly toCsv: (peaks: readonly Peak[], cellPx: number) => string;
}

/** The forms of non-maximum suppression, by the name that a person gives. */
export const NMS_FORMS = {
  disc: {
    defaults: DISC_DEFAULTS,
    find: nmsDisc,
    toCsv: (peaks, cellPx) =>
      formatDetectionCsv(
        peaks.map(({ colHeat, rowHeat, probability }) => ({
          probability,
          xL0: (colHeat + 0.5) * cellPx,
          yL0: (rowHeat + 0.5) * cellPx,
        })),
      ),
  },
  ncrf: { defaults: NCRF_DEFAULTS, find: nmsNcrf, toCsv: formatNcrfCsv },
} as const satisfies Record<string, NmsForm>;

export type NmsFormName = keyof typeof NMS_FORMS;
