import { hashPoint } from './hash.ts';
import type { MetastasisScene } from './scene.ts';
import { bodySprite, type NucleusLook, nucleusSprite, type Sprite } from './sprite.ts';
import { umToPx } from './units.ts';

/** Directions in which spindle nuclei are drawn ready. */
export const SPINDLE_ANGLES = 24;
const SPINDLES_PER_ANGLE = 8;

/** Every cell of one slide, drawn ready from its seed. */
export interface SpriteLibrary {
  readonly lymphocytes: readonly Sprite[];
  readonly blasts: readonly Sprite[];
  readonly plasmaCells: readonly Sprite[];
  readonly germinalNuclei: readonly Sprite[];
  readonly histiocyteBodies: readonly Sprite[];
  readonly histiocyteNuclei: readonly Sprite[];
  readonly tumourBodies: readonly Sprite[];
  readonly tumourNuclei: readonly Sprite[];
  /** By direction: SPINDLE_ANGLES groups over half a turn. */
  readonly spindles: readonly (readonly Sprite[])[];
  readonly redCells: readonly Sprite[];
}

/**
 * Draws the library. Sizes: lymphocyte nuclei 6 … 8 µm with dense chromatin; germinal-centre cells and blasts larger and
 * paler, so that size alone does not give a tumour away; tumour nuclei 9 … 19 µm, vesicular, with nucleoli.
 */
export function makeSpriteLibrary(scene: MetastasisScene): SpriteLibrary {
  const { tissue } = scene;
  const make = (layer: number, count: number, draw: (seed: number, index: number) => Sprite) =>
    Array.from({ length: count }, (_, index) => draw(hashPoint(scene.seed + 100, layer, index), index));
  const lymphocyte: NucleusLook = {
    diameterPx: [tissue.lymphocytePx * 0.85, tissue.lymphocytePx * 1.12],
    elongation: [1, 1.35],
    irregularity: 0.16,
    haematoxylin: [0.62, 0.98],
    second: 0.16,
    membrane: 0.16,
    membranePx: 1.8,
    chromatin: 0.5,
    grainPx: 6,
    nucleoli: [0, 0.4],
    nucleolusPx: 2,
    edgePx: 1.5,
    haloPx: 2.5,
    angle: null,
  };
  const germinal: NucleusLook = {
    ...lymphocyte,
    haloPx: 1,
    diameterPx: [umToPx(7), umToPx(10.5)],
    elongation: [1, 1.6],
    irregularity: 0.24,
    haematoxylin: [0.34, 0.62],
    membrane: 0.22,
    chromatin: 0.45,
    nucleoli: [0.6, 2.6],
    nucleolusPx: 2.4,
  };
  const tumour: NucleusLook = {
    diameterPx: [tissue.tumourNucleusPx * 0.78, tissue.tumourNucleusPx * 1.3],
    elongation: [1.02, 1.75],
    irregularity: 0.2,
    haematoxylin: [0.22 * tissue.tumourDarkness, 0.46 * tissue.tumourDarkness],
    second: 0.2,
    membrane: 0.3,
    membranePx: 1.7,
    chromatin: tissue.chromatin,
    grainPx: 7,
    nucleoli: [0, 2.6],
    nucleolusPx: tissue.nucleolusPx / 2 + 1.2,
    edgePx: 1.4,
    haloPx: 0,
    angle: null,
  };
  return {
    lymphocytes: make(1, 96, (seed) => nucleusSprite(lymphocyte, seed)),
    blasts: make(2, 32, (seed) => nucleusSprite({ ...germinal, haematoxylin: [0.42, 0.75] }, seed)),
    plasmaCells: make(3, 24, (seed) =>
      bodySprite(
        {
          diameterPx: [umToPx(10), umToPx(13)],
          elongation: [1.1, 1.5],
          second: [0.3, 0.45],
          haematoxylin: 0.22,
          grain: 0.2,
          grainPx: 5,
          border: 0.04,
          opacity: 0.8,
          edgePx: 1.8,
        },
        seed,
      ),
    ),
    germinalNuclei: make(4, 64, (seed) => nucleusSprite(germinal, seed)),
    histiocyteBodies: make(5, 32, (seed) =>
      bodySprite(
        {
          diameterPx: [umToPx(14), umToPx(24)],
          elongation: [1, 1.6],
          second: [0.12, 0.28],
          haematoxylin: 0.06,
          grain: 0.6,
          grainPx: 7,
          border: 0.02,
          opacity: 0.7,
          edgePx: 4,
        },
        seed,
      ),
    ),
    histiocyteNuclei: make(6, 32, (seed) =>
      nucleusSprite(
        {
          ...germinal,
          diameterPx: [umToPx(7), umToPx(10)],
          elongation: [1.2, 1.9],
          haematoxylin: [0.26, 0.42],
          nucleoli: [0, 1.2],
          nucleolusPx: 1.9,
        },
        seed,
      ),
    ),
    tumourBodies: make(7, 64, (seed) =>
      bodySprite(
        {
          diameterPx: [tissue.tumourPitchPx * 1.15, tissue.tumourPitchPx * 1.75],
          elongation: [1, 1.6],
          second: [tissue.tumourEosin * 0.85, tissue.tumourEosin * 1.15],
          haematoxylin: 0.13 * tissue.tumourDarkness,
          grain: 0.45,
          grainPx: 5,
          border: tissue.cellBorder,
          opacity: 0.7,
          edgePx: 4.5,
        },
        seed,
      ),
    ),
    tumourNuclei: make(8, 128, (seed) => nucleusSprite(tumour, seed)),
    spindles: Array.from({ length: SPINDLE_ANGLES }, (_, angle) =>
      make(20 + angle, SPINDLES_PER_ANGLE, (seed) =>
        nucleusSprite(
          {
            ...lymphocyte,
            diameterPx: [umToPx(4.2), umToPx(6.8)],
            elongation: [2.4, 5.5],
            irregularity: 0.2,
            haematoxylin: [0.4, 0.85],
            haloPx: 0,
            angle: (Math.PI * angle) / SPINDLE_ANGLES,
          },
          seed,
        ),
      ),
    ),
    redCells: make(9, 24, (seed) =>
      bodySprite(
        {
          diameterPx: [umToPx(5.2), umToPx(7)],
          elongation: [1, 1.6],
          second: [0.65, 0.95],
          haematoxylin: 0,
          grain: 0.06,
          grainPx: 9,
          border: 0.08,
          opacity: 0.92,
          edgePx: 1.8,
        },
        seed,
      ),
    ),
  };
}
