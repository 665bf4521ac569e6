/** Colours that pictures, pages and exported files share. Apart from the schemas, since a browser needs no zod for them. */

export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Ten equally spaced colours of each map (S. van der Walt, N. Smith and others, matplotlib 2015, CC0 1.0; cividis: Nuñez,
 * Anderton and Renslow 2018), from probability 0 to 1. The lightness of each rises evenly, so that it reads the same in
 * grey print and for colour-blind people.
 */
export const COLOUR_MAPS = {
  magma: [0x000004, 0x180f3e, 0x451077, 0x721f81, 0x9f2f7f, 0xcd4071, 0xf1605d, 0xfd9567, 0xfec98d, 0xfcfdbf],
  viridis: [0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b, 0xfde725],
  inferno: [0x000004, 0x1b0c41, 0x4a0c6b, 0x781c6d, 0xa52c60, 0xcf4446, 0xed6925, 0xfb9b06, 0xf7d13d, 0xfcffa4],
  cividis: [0x00224e, 0x123570, 0x3b496c, 0x575d6d, 0x707173, 0x8a8678, 0xa59c74, 0xc3b369, 0xe1cc55, 0xfee838],
  grey: [0x000000, 0xffffff],
} as const satisfies Record<string, readonly number[]>;
export type ColourMapName = keyof typeof COLOUR_MAPS;

/** The colour of a probability (clamped to 0 … 1), 8 bits a channel. */
export function colourAt(map: ColourMapName, probability: number): Rgb {
  const stops: readonly number[] = COLOUR_MAPS[map];
  const position = Math.min(1, Math.max(0, probability)) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(position));
  const [from = 0, to = 0] = [stops[below], stops[below + 1]];
  const mix = (shift: number): number => {
    const [a, b] = [(from >> shift) & 255, (to >> shift) & 255];
    return Math.round(a + (b - a) * (position - below));
  };
  return [mix(16), mix(8), mix(0)];
}

/** Colours of classes that colour-blind people tell apart (Okabe and Ito 2008), without black and yellow, which are lost on a slide. */
export const CLASS_COLOURS: readonly Rgb[] = [
  [213, 94, 0],
  [0, 114, 178],
  [0, 158, 115],
  [204, 121, 167],
  [230, 159, 0],
  [86, 180, 233],
];

/** Gives each class its colour by its place in the manifest, as all outputs of the model do; the seventh has the first's. */
export function classColours(classes: readonly string[]): ReadonlyMap<string, Rgb> {
  return new Map(classes.map((name, k) => [name, CLASS_COLOURS[k % CLASS_COLOURS.length] as Rgb]));
}
