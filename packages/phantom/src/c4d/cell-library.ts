import { hashPoint } from '../hash.ts';
import { bodySprite, type NucleusLook, nucleusSprite, type Sprite } from '../sprite.ts';
import { c4dPx } from './units.ts';

/** Directions in which spindle nuclei are drawn ready. */
export const SPINDLE_ANGLES = 24;
const SPINDLES_PER_ANGLE = 6;

/** Every cell of one slide, drawn ready from its seed. */
export interface C4dCells {
  readonly tubular: readonly Sprite[];
  readonly podocytes: readonly Sprite[];
  readonly lymphocytes: readonly Sprite[];
  /** By direction: SPINDLE_ANGLES groups over half a turn; endothelium, fibroblasts, muscle. */
  readonly spindles: readonly (readonly Sprite[])[];
  readonly redCells: readonly Sprite[];
  readonly granules: readonly Sprite[];
}

export function makeC4dCells(seed: number): C4dCells {
  const make = (layer: number, count: number, draw: (seed: number) => Sprite) =>
    Array.from({ length: count }, (_, index) => draw(hashPoint(seed + 700, layer, index)));
  const tubular: NucleusLook = {
    diameterPx: [c4dPx(5.6), c4dPx(7.4)],
    elongation: [1, 1.3],
    irregularity: 0.1,
    haematoxylin: [0.42, 0.68],
    second: 0.02,
    membrane: 0.14,
    membranePx: 1.6,
    chromatin: 0.38,
    grainPx: 5,
    nucleoli: [0, 0],
    nucleolusPx: 2,
    edgePx: 1.6,
    haloPx: 0,
    angle: null,
  };
  return {
    tubular: make(1, 64, (s) => nucleusSprite(tubular, s)),
    podocytes: make(2, 32, (s) => nucleusSprite({ ...tubular, elongation: [1, 1.7], haematoxylin: [0.5, 0.8] }, s)),
    lymphocytes: make(3, 48, (s) =>
      nucleusSprite(
        { ...tubular, diameterPx: [c4dPx(5.2), c4dPx(6.6)], haematoxylin: [0.7, 1.05], chromatin: 0.45 },
        s,
      ),
    ),
    spindles: Array.from({ length: SPINDLE_ANGLES }, (_, angle) =>
      make(20 + angle, SPINDLES_PER_ANGLE, (s) =>
        nucleusSprite(
          {
            ...tubular,
            diameterPx: [c4dPx(3.6), c4dPx(5)],
            elongation: [2.6, 5],
            irregularity: 0.16,
            haematoxylin: [0.5, 0.9],
            angle: (Math.PI * angle) / SPINDLE_ANGLES,
          },
          s,
        ),
      ),
    ),
    redCells: make(5, 24, (s) =>
      bodySprite(
        {
          diameterPx: [c4dPx(4.6), c4dPx(6.2)],
          elongation: [1, 1.5],
          second: [0.06, 0.13],
          haematoxylin: 0.12,
          grain: 0.08,
          grainPx: 9,
          border: 0.03,
          opacity: 0.75,
          edgePx: 1.8,
        },
        s,
      ),
    ),
    granules: make(6, 32, (s) =>
      bodySprite(
        {
          diameterPx: [c4dPx(0.9), c4dPx(2.6)],
          elongation: [1, 1.5],
          second: [0.7, 1.3],
          haematoxylin: 0.05,
          grain: 0.1,
          grainPx: 4,
          border: 0,
          opacity: 0.95,
          edgePx: 1.4,
        },
        s,
      ),
    ),
  };
}

/** The spindle nucleus that lies along a direction in radians; `pick` is 0 … 1. */
export function spindleAlong(cells: C4dCells, angle: number, pick: number): Sprite {
  const turn = Math.round((angle / Math.PI + 4) * SPINDLE_ANGLES) % SPINDLE_ANGLES;
  const group = cells.spindles[turn] as readonly Sprite[];
  return group[Math.floor(pick * group.length)] as Sprite;
}
