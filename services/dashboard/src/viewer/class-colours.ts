import { classColours as coloursOf, type Rgb } from '@gigascope/contracts/colours';

export interface ClassColour {
  readonly css: string;
  /** Of text on it; its contrast is at least 5 : 1. */
  readonly ink: string;
}

/** Gives each class its colour by its place in the manifest, the same as in the files that an analysis leaves. */
export function classColours(classes: readonly string[]): ReadonlyMap<string, ClassColour> {
  return new Map([...coloursOf(classes)].map(([name, rgb]) => [name, colourOf(rgb)]));
}

function colourOf(rgb: Rgb): ClassColour {
  return { css: `rgb(${rgb.join(' ')})`, ink: luminance(rgb) > 0.18 ? '#000000' : '#ffffff' };
}

/** Relative luminance, 0 … 1 (WCAG 2.2). */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => (value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * Number(r) + 0.7152 * Number(g) + 0.0722 * Number(b);
}
