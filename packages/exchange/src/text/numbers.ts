/** Rounds a coordinate to hundredths of a pixel, as QuPath writes them. */
export function roundCoordinate(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Writes a probability with 5 decimals, which keep all multiples of 1/65535 apart. */
export function formatProbability(value: number): string {
  return value.toFixed(5);
}
