import type { RandomStream } from './hash.ts';
import type { LesionShape } from './lesion.ts';
import { umToPx } from './units.ts';

/** What went wrong on the way from the patient to the scan. All coordinates level-0 pixels. */
export type Artefact =
  | {
      readonly kind: 'pen';
      readonly bounds: Bounds;
      readonly path: readonly number[];
      readonly halfWidthPx: number;
      readonly density: readonly [number, number, number];
      readonly seed: number;
    }
  | {
      readonly kind: 'fold';
      readonly bounds: Bounds;
      readonly path: readonly number[];
      readonly halfWidthPx: number;
      /** Haematoxylin that the second layer brings to where the first has none. */
      readonly veil: number;
      readonly seed: number;
    }
  | {
      readonly kind: 'bubble';
      readonly bounds: Bounds;
      readonly xL0: number;
      readonly yL0: number;
      readonly radiusPx: number;
      readonly seed: number;
    }
  | {
      readonly kind: 'defocus';
      readonly bounds: Bounds;
      readonly xL0: number;
      readonly yL0: number;
      readonly radiusPx: number;
      /** Half the width of the box that is averaged three times over. */
      readonly boxReachPx: number;
      readonly seed: number;
    };

export interface Bounds {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

interface Stage {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly lesions: readonly LesionShape[];
}

/** A box of 7 px, three times: about 0.9 µm of blur. */
const DEFOCUS_BOX_REACH_PX = 3;

/** Optical density of felt-pen inks in R, G, B: blue, green, black. */
export const INKS = [
  [0.95, 0.55, 0.12],
  [0.8, 0.25, 0.5],
  [0.75, 0.75, 0.68],
] as const;

/** The rectangle of all that lies within `reachPx` of a path. */
export function boundsOf(path: readonly number[], reachPx: number): Bounds {
  const xs = path.filter((_, i) => i % 2 === 0);
  const ys = path.filter((_, i) => i % 2 === 1);
  return {
    x0: Math.min(...xs) - reachPx,
    y0: Math.min(...ys) - reachPx,
    x1: Math.max(...xs) + reachPx,
    y1: Math.max(...ys) + reachPx,
  };
}

/** A gently bent stroke as x, y, x, y … */
export function stroke(
  x: number,
  y: number,
  angle: number,
  lengthPx: number,
  bend: number,
  random: RandomStream,
): number[] {
  const path = [x, y];
  const steps = 12;
  let heading = angle;
  for (let k = 0; k < steps; k++) {
    heading += bend / steps + random.between(-0.08, 0.08);
    path.push(
      (path.at(-2) as number) + (Math.cos(heading) * lengthPx) / steps,
      (path.at(-1) as number) + (Math.sin(heading) * lengthPx) / steps,
    );
  }
  return path;
}

function touchesLesion(bounds: Bounds, lesions: readonly LesionShape[]): boolean {
  return lesions.some(
    (l) =>
      l.xL0 + l.reachPx > bounds.x0 &&
      l.xL0 - l.reachPx < bounds.x1 &&
      l.yL0 + l.reachPx > bounds.y0 &&
      l.yL0 - l.reachPx < bounds.y1,
  );
}

/**
 * Lays pen strokes, folds, an air bubble and an out-of-focus spot; none over a lesion, whose truth would be in doubt.
 * Dust is not among them: it is scattered by hash when a tile is drawn.
 */
export function layArtefacts(stage: Stage, random: RandomStream): readonly Artefact[] {
  const shorter = Math.min(stage.widthPx, stage.heightPx);
  const artefacts: Artefact[] = [];
  const place = (times: number, make: (x: number, y: number) => Artefact) => {
    for (let k = 0; k < times; k++) {
      for (let attempt = 0; attempt < 30; attempt++) {
        const artefact = make(random.between(0.03, 0.97) * stage.widthPx, random.between(0.03, 0.97) * stage.heightPx);
        if (touchesLesion(artefact.bounds, stage.lesions)) continue;
        artefacts.push(artefact);
        break;
      }
    }
  };
  place(random.chance(0.7) ? 1 + Math.floor(random.next() * 2) : 0, (x, y) => {
    const halfWidthPx = Math.min(umToPx(random.between(120, 300)), 0.03 * shorter);
    const path = stroke(
      x,
      y,
      random.between(0, 6.3),
      random.between(0.2, 0.45) * shorter,
      random.between(-1.6, 1.6),
      random,
    );
    const ink = INKS[Math.floor(random.next() * INKS.length)] ?? INKS[0];
    const strength = random.between(0.7, 1.3);
    const density = [ink[0] * strength, ink[1] * strength, ink[2] * strength] as const;
    return { kind: 'pen', bounds: boundsOf(path, halfWidthPx * 1.2), path, halfWidthPx, density, seed: random.seed() };
  });
  place(Math.floor(random.next() * 3), (x, y) => {
    const halfWidthPx = umToPx(random.between(8, 28));
    const path = stroke(
      x,
      y,
      random.between(0, 6.3),
      random.between(0.1, 0.3) * shorter,
      random.between(-0.8, 0.8),
      random,
    );
    return {
      kind: 'fold',
      bounds: boundsOf(path, halfWidthPx * 1.5 + 6),
      path,
      halfWidthPx,
      veil: 0,
      seed: random.seed(),
    };
  });
  for (const [kind, chance] of [
    ['bubble', 0.4],
    ['defocus', 0.6],
  ] as const) {
    place(random.chance(chance) ? 1 : 0, (xL0, yL0) => {
      const radiusPx = Math.min(umToPx(random.between(200, 900)), 0.12 * shorter);
      const disc = { bounds: boundsOf([xL0, yL0], radiusPx * 1.05), xL0, yL0, radiusPx, seed: random.seed() };
      return kind === 'defocus' ? { kind, boxReachPx: DEFOCUS_BOX_REACH_PX, ...disc } : { kind, ...disc };
    });
  }
  return artefacts;
}
