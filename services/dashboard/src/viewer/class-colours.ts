type Rgb = readonly [red: number, green: number, blue: number];

export interface ClassColour {
  readonly css: string;
  /** Of text on it; its contrast is at least 5 : 1. */
  readonly ink: string;
}

/**
 * Colours that colour-blind people tell apart (Okabe and Ito, 2008), without black and yellow, which are lost on a slide;
 * the same ones as in the files that an analysis leaves.
 */
const COLOURS: readonly Rgb[] = [
  [213, 94, 0],
  [0, 114, 178],
  [0, 158, 115],
  [204, 121, 167],
  [230, 159, 0],
  [86, 180, 233],
];

/** Gives each class its colour by its place in the manifest, as all outputs of the model do; the seventh has the first's. */
export function classColours(classes: readonly string[]): ReadonlyMap<string, ClassColour> {
  return new Map(classes.map((name, k) => [name, colourOf(COLOURS[k % COLOURS.length] as Rgb)]));
}

function colourOf(rgb: Rgb): ClassColour {
  return { css: `rgb(${rgb.join(' ')})`, ink: luminance(rgb) > 0.18 ? '#000000' : '#ffffff' };
}

/** Relative luminance, 0 … 1 (WCAG 2.2). */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => (value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * Number(r) + 0.7152 * Number(g) + 0.0722 * Number(b);
}
