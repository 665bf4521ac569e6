type Triple = readonly [number, number, number];

/** Amounts of haematoxylin, eosin and diaminobenzidine, in optical density along each stain's unit vector. */
export type StainAmounts = Triple;

/**
 * Optical densities in R, G, B of haematoxylin, eosin and diaminobenzidine alone: Ruifrok and Johnston 2001 (Anal Quant Cytol
 * Histol 23:291), table of the authors' ImageJ plugin. Of any length; made unit vectors below.
 */
const STAINS: readonly [Triple, Triple, Triple] = [
  [0.65, 0.7, 0.29],
  [0.07, 0.99, 0.11],
  [0.27, 0.57, 0.78],
];

/** Optical density −log10 of a byte's transmittance, with the light source at 255; one is added so that 0 stays finite. */
export const DENSITY: Float64Array = Float64Array.from({ length: 256 }, (_, byte) => -Math.log10((byte + 1) / 256));

const UNMIX = inverse(STAINS.map(unit) as unknown as typeof STAINS);

/**
 * Colour deconvolution (Ruifrok and Johnston 2001): takes the optical densities of a pixel apart into amounts of the three
 * stains (Beer and Lambert: densities add). Exact, so amounts may be negative: a pixel bluer than haematoxylin and browner
 * than DAB holds less than no eosin.
 */
export function unmix(red: number, green: number, blue: number): StainAmounts {
  const [r, g, b] = UNMIX;
  return [
    red * r[0] + green * g[0] + blue * b[0],
    red * r[1] + green * g[1] + blue * b[1],
    red * r[2] + green * g[2] + blue * b[2],
  ];
}

/** Optical densities in R, G, B of a pixel with these amounts: what `unmix` undoes. */
export function mix(amounts: StainAmounts): Triple {
  const at = (channel: 0 | 1 | 2): number =>
    STAINS.reduce((sum, stain, i) => sum + (amounts[i] as number) * (unit(stain)[channel] as number), 0);
  return [at(0), at(1), at(2)];
}

function unit(vector: Triple): Triple {
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

/** Of a 3 × 3 matrix by its adjugate. */
function inverse([[a, b, c], [d, e, f], [g, h, i]]: readonly [Triple, Triple, Triple]): [Triple, Triple, Triple] {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const row = (x: number, y: number, z: number): Triple => [x / determinant, y / determinant, z / determinant];
  return [
    row(e * i - f * h, c * h - b * i, b * f - c * e),
    row(f * g - d * i, a * i - c * g, c * d - a * f),
    row(d * h - e * g, b * g - a * h, a * e - b * d),
  ];
}
