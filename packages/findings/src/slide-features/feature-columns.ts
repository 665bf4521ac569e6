/** Thresholds of the features that speak for the whole slide. */
export const GLOBAL_THRESHOLDS = [0.5, 0.6, 0.7, 0.8, 0.9] as const;

const percent = (threshold: number): string => String(Math.round(100 * threshold));

/** What is measured of a region, as the published tables spell it, `_largest` or `_second_largest` to be added. */
export const REGION_FEATURES = [
  'area',
  'eccentricity',
  'extend',
  'area_bbox',
  'major_axis_length',
  'maxprob',
  'minprob',
  'aveprob',
  'aspect_ratio_bbox',
  'solidity',
] as const;

function regionColumns(which: 'largest' | 'second_largest'): string[] {
  return REGION_FEATURES.map((feature) => (feature === 'area' ? `${which}_area` : `${feature}_${which}`));
}

/** The 30 feature columns of the published CAMELYON16 tables (DIDSR/DeepLearningCamelyon_II), in their order. */
export const FEATURE_COLUMNS: readonly string[] = [
  ...GLOBAL_THRESHOLDS.map((threshold) => `ratio_cancer_tissue${percent(threshold)}`),
  ...GLOBAL_THRESHOLDS.map((threshold) => `ratio_sum_tissue${percent(threshold)}`),
  ...regionColumns('largest'),
  ...regionColumns('second_largest'),
];
