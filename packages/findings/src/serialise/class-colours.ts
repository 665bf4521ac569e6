type Rgb = readonly [red: number, green: number, blue: number];

/** Colours that colour-blind people tell apart (Okabe and Ito, 2008), without black and yellow, which are lost on a slide. */
const COLOURS: readonly Rgb[] = [
  [213, 94, 0],
  [0, 114, 178],
  [0, 158, 115],
  [204, 121, 167],
  [230, 159, 0],
  [86, 180, 233],
];

/** Gives each class its colour by its place in the manifest, so that all outputs of one model agree; the seventh class has the first's. */
export function classColours(classes: readonly string[]): ReadonlyMap<string, Rgb> {
  return new Map(classes.map((name, k) => [name, COLOURS[k % COLOURS.length] as Rgb]));
}
