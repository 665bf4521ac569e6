export { colourHeatmap, MAGMA_CSS } from './colour-map.ts';
export type { DetectionRows } from './detections/detection-rows.ts';
export { keepInCore } from './detections/keep-in-core.ts';
export { type MergeSettings, mergeDetections } from './detections/merge-detections.ts';
export { type AucResult, rocAuc, type ScoredCase } from './evaluation/auc.ts';
export type { BootstrapInterval, BootstrapSettings } from './evaluation/bootstrap.ts';
export type { LabelledBox, ScoredBox } from './evaluation/box-overlaps.ts';
export { NODE_LABELS, PATIENT_STAGES, patientStage } from './evaluation/camelyon17-stage.ts';
export { type Confusion, confusionAt } from './evaluation/confusion.ts';
export type { BandPoint } from './evaluation/curve-band.ts';
export { parseDetectionCsv } from './evaluation/detection-csv.ts';
export { type DetectionImage, type DetectionResult, evaluateDetections } from './evaluation/detections.ts';
export { dice } from './evaluation/dice.ts';
export type { Figure } from './evaluation/figure.ts';
export { fillRings, type Rings } from './evaluation/fill-rings.ts';
export { evaluateFroc, type FrocResult, type FrocSettings, frocOfHits } from './evaluation/froc.ts';
export { FROC_RATES, type FrocPoint } from './evaluation/froc-curve.ts';
export { type FrocSlide, findHits, type ScoredPoint, type SlideHits } from './evaluation/froc-slide.ts';
export { evaluateKappa, type RatedPair } from './evaluation/kappa.ts';
export type { LabelRaster } from './evaluation/label-overlap.ts';
export { rocBand } from './evaluation/roc-band.ts';
export { type RocPoint, rocCurve } from './evaluation/roc-curve.ts';
export { evaluateSegments, type SegmentResult, type SegmentTally, tallySegments } from './evaluation/segments.ts';
export {
  CAMELYON16_SCALE,
  type FrocMode,
  type LesionTruth,
  lesionTruth,
  type TruthScale,
} from './evaluation/truth.ts';
export { gradeC4d } from './grade-c4d.ts';
export { cropMap, halveMap } from './halve-map.ts';
export { type Heatmap, HeatmapAssembler, type ProbabilityMap } from './heatmap.ts';
export { describeLesions, type LesionSettings } from './lesions.ts';
export { NMS_FORMS, type NmsFormName } from './nms.ts';
export { type NmsSettings, nmsDisc, nmsRadiusCells, type Peak } from './nms-disc.ts';
export { type NcrfSettings, nmsNcrf } from './nms-ncrf.ts';
export { type NpyArray, readNpy, writeNpy } from './npy.ts';
export { quantise } from './quantise.ts';
export { labelComponents } from './raster/connected-components.ts';
export { ObjectGrowth } from './segments/object-growth.ts';
export { type MaskStrip, type SegmentSettings, SegmentTracer } from './segments/segment-tracer.ts';
export { detectionsCsv } from './serialise/detections-csv.ts';
export { detectionsGeoJson } from './serialise/detections-geojson.ts';
export { formatDetectionCsv } from './serialise/lesions-csv.ts';
export { formatLesionsGeoJson } from './serialise/lesions-geojson.ts';
export { segmentsGeoJson } from './serialise/segments-geojson.ts';
export {
  type CrossValidation,
  type CrossValidationSettings,
  crossValidateForest,
} from './slide-features/cross-validate.ts';
export { FEATURE_COLUMNS } from './slide-features/feature-columns.ts';
export { type FeatureRow, formatFeatureTable, parseFeatureTables } from './slide-features/feature-table.ts';
export { measureHeatmap, type SlideFeatures } from './slide-features/heatmap-features.ts';
export {
  type ForestSettings,
  parseSlideForest,
  type SlideForest,
  scoreSlide,
  scoreSlides,
  trainSlideForest,
} from './slide-features/slide-forest.ts';
export { slideScore } from './slide-score.ts';
