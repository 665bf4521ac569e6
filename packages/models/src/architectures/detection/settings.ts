/** What a detector decides by; sizes in patch pixels. */
export interface DetectorSettings {
  /** Without the background. */
  readonly classes: number;
  readonly inputSizePx: number;
  readonly anchorSizesPx: readonly number[];
  readonly preNms: number;
  readonly postNms: number;
  readonly proposalIou: number;
  readonly maxDetections: number;
  readonly scoreThreshold: number;
  readonly nmsIou: number;
  readonly exclusive: boolean;
}
