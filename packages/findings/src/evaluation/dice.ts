/** Pixels in the truth, in the prediction, and in both; counts of several images may be added. */
export interface PixelCounts {
  readonly both: number;
  readonly truth: number;
  readonly predicted: number;
}

/** Dice coefficient: twice the shared pixels over the sum of both (Dice 1945); 1 when both are empty. */
export function dice({ both, truth, predicted }: PixelCounts): number {
  return truth + predicted === 0 ? 1 : (2 * both) / (truth + predicted);
}

/** Jaccard index, intersection over union; 1 when both are empty. It is Dice / (2 − Dice). */
export function pixelIou({ both, truth, predicted }: PixelCounts): number {
  return truth + predicted === 0 ? 1 : both / (truth + predicted - both);
}
