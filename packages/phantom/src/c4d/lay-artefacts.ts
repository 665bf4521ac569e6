import { type Artefact, boundsOf, INKS, stroke } from '../artefacts.ts';
import type { RandomStream } from '../hash.ts';
import type { Core } from './core.ts';
import { c4dPx } from './units.ts';

interface Stage {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly cores: readonly Core[];
}

/** Blur of three boxes of this half width, 2.5 … 4 µm in all: nuclei melt away. */
const BLUR_BOX_REACH_PX = [10, 16] as const;
/** More than any blur looks beyond its border, twice: no blur sees another. */
const BLUR_GAP_PX = 6 * 16 + 32;

/** All artefacts but air bubbles: inside a large one nothing tells that it is there. */
export type C4dArtefact = Exclude<Artefact, { kind: 'bubble' }>;

/** Lays pen strokes, folds and out-of-focus spots, folds and spots on the tissue. Artefacts shrink with the slide. */
export function layC4dArtefacts(stage: Stage, random: RandomStream): readonly C4dArtefact[] {
  const shorter = Math.min(stage.widthPx, stage.heightPx);
  const areaMm2 = (stage.widthPx * stage.heightPx) / c4dPx(1000) ** 2;
  // The slide of 2 × 1.5 mm that the chances below are stated for.
  const crowd = Math.max(1, areaMm2 / 3);
  const artefacts: C4dArtefact[] = [];
  const repeat = (chance: number, times: number, make: () => void) => {
    for (let k = 0; k < Math.round(times * crowd); k++) if (random.chance(chance)) make();
  };
  const onTissue = (): readonly [number, number] => {
    const core = stage.cores[Math.floor(random.next() * stage.cores.length)] as Core;
    const step = 2 * Math.floor((random.next() * core.path.length) / 2);
    const off = random.between(-1, 1) * core.halfWidthPx;
    return [(core.path[step] as number) + off * random.next(), (core.path[step + 1] as number) + off * random.next()];
  };
  repeat(0.55, 1, () => {
    const halfWidthPx = Math.min(c4dPx(random.between(35, 110)), 0.03 * shorter);
    const angle = random.between(0, 6.3);
    const lengthPx = random.between(0.2, 0.45) * shorter;
    const x = random.between(0.03, 0.97) * stage.widthPx;
    const y = random.between(0.03, 0.97) * stage.heightPx;
    const path = stroke(x, y, angle, lengthPx, random.between(-1.6, 1.6), random);
    const ink = INKS[Math.floor(random.next() * INKS.length)] ?? INKS[0];
    const strength = random.between(0.7, 1.3);
    const density = [ink[0] * strength, ink[1] * strength, ink[2] * strength] as const;
    const bounds = boundsOf(path, halfWidthPx * 1.2);
    artefacts.push({ kind: 'pen', bounds, path, halfWidthPx, density, seed: random.seed() });
  });
  repeat(0.5, 2, () => {
    const halfWidthPx = Math.min(c4dPx(random.between(14, 42)), 0.03 * shorter);
    const [x, y] = onTissue();
    const lengthPx = random.between(0.12, 0.35) * shorter;
    const path = stroke(x, y, random.between(0, 6.3), lengthPx, random.between(-0.8, 0.8), random);
    artefacts.push({
      kind: 'fold',
      bounds: boundsOf(path, halfWidthPx * 1.5 + 6),
      path,
      halfWidthPx,
      veil: random.between(0.12, 0.3),
      seed: random.seed(),
    });
  });
  repeat(0.45, 2, () => {
    const [xL0, yL0] = onTissue();
    const radiusPx = Math.min(c4dPx(random.between(90, 240)), 0.12 * shorter);
    const boxReachPx = Math.round(random.between(...BLUR_BOX_REACH_PX));
    const bounds = boundsOf([xL0, yL0], radiusPx * 1.05);
    const apart = artefacts.every(
      (other) =>
        other.kind !== 'defocus' ||
        Math.hypot(other.xL0 - xL0, other.yL0 - yL0) > other.radiusPx + radiusPx + BLUR_GAP_PX,
    );
    if (!apart) return;
    artefacts.push({ kind: 'defocus', bounds, xL0, yL0, radiusPx, boxReachPx, seed: random.seed() });
  });
  return artefacts;
}
