type Triple = readonly [number, number, number];

/** Ruifrok and Johnston 2001, table 1, and a third axis across both. */
const HAEMATOXYLIN: Triple = [0.65, 0.704, 0.286];
const DAB: Triple = [0.268, 0.57, 0.776];

function cross(a: Triple, b: Triple): Triple {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

const dot = (a: Triple, b: Triple) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

const RESIDUE = cross(HAEMATOXYLIN, DAB);
/** What DAB's share of a density is read off with: at right angles to the other two (Cramer's rule). */
const READER = cross(RESIDUE, HAEMATOXYLIN);

/** DAB's optical density at a pixel of interleaved RGB by colour deconvolution, knowing nothing of how it was drawn. */
export function dabDensity(rgb: Uint8Array, at: number, glass: Triple): number {
  const density = (c: 0 | 1 | 2) => -Math.log10(Math.max(1, rgb[at + c] ?? 1) / glass[c]);
  return dot([density(0), density(1), density(2)], READER) / dot(DAB, READER);
}
