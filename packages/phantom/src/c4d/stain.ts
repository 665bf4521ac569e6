import { RandomStream } from '../hash.ts';
import { blend, RUIFROK_HAEMATOXYLIN, type StainStyle, type Triple } from '../stain.ts';

/** Ruifrok and Johnston 2001, Anal Quant Cytol Histol 23:291, table 1: diaminobenzidine. */
const RUIFROK_DAB: Triple = [0.268, 0.57, 0.776];
/** A bluer, greyer counterstain, as Mayer's haematoxylin without eosin looks on scanners; fitted by eye. */
const BLUE_HAEMATOXYLIN: Triple = [0.76, 0.59, 0.27];
/** A darker, more saturated brown of long development; fitted by eye. */
const DARK_DAB: Triple = [0.36, 0.58, 0.73];

/** Draws how one laboratory and one scanner render haematoxylin (counterstain) and DAB (the second dye). */
export function drawC4dStain(seed: number): StainStyle {
  const random = new RandomStream(seed);
  const jitter = (): Triple => [random.between(-0.03, 0.03), random.between(-0.03, 0.03), random.between(-0.03, 0.03)];
  const glass = random.between(232, 249);
  return {
    haematoxylin: blend(RUIFROK_HAEMATOXYLIN, BLUE_HAEMATOXYLIN, random.between(0.1, 1), jitter()),
    second: blend(RUIFROK_DAB, DARK_DAB, random.between(0, 1), jitter()),
    haematoxylinAmount: random.between(0.6, 1.15),
    secondAmount: random.between(0.7, 1.25),
    glassRgb: [glass + random.between(-3, 2), glass + random.between(-3, 2), glass + random.between(-5, 3)],
    noiseLevels: random.between(0.8, 2.2),
    softness: random.between(-0.35, 0.55),
  };
}
