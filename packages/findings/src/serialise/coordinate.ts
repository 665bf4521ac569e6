/** Rounds a level-0 coordinate to hundredths of a pixel, as QuPath writes them: files stay short, and nothing is lost that a model knows. */
export function roundCoordinate(valueL0: number): number {
  return Math.round(valueL0 * 100) / 100;
}
