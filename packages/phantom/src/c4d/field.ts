import type { Rect } from '@gigascope/contracts';
import { pathDistance } from '../artefact-painting.ts';
import { type Anatomy, bodiesNear, emptyBodyPoint, measureBodies, tissueDepthPx, warpX, warpY } from './anatomy.ts';
import type { C4dArtefact } from './lay-artefacts.ts';

/** What a point of a field shows. Only `cortex`, tubules with their interstitium, can be read for capillaries. */
export type FieldContent = 'cortex' | 'glass' | 'glomerulus' | 'vessel' | 'fold' | 'pen' | 'defocus';

export interface FieldDescription {
  readonly feasible: boolean;
  /** The commonest content of a feasible field (`cortex`); of another one the commonest thing that is in the way. */
  readonly why: FieldContent;
  /** Share of the field that shows readable cortex, 0 … 1. */
  readonly cortexShare: number;
}

/** What decides whether a field can be read. */
export type FieldScene = Omit<Anatomy, 'capillaryIndex'> & { readonly artefacts: readonly C4dArtefact[] };

/** Points a side at which a field is looked at, at the centres of its sub-squares. */
const SAMPLES = 16;
/** A field is feasible when at least this share of it is readable cortex. */
export const FEASIBLE_SHARE = 0.5;
/** Blur fades out towards its border; from here on inwards capillaries cannot be judged. */
const BLURRED_SHARE = 0.85;

/** Distance in pixels from a level-0 point to where an artefact hides what lies below; negative inside. */
export function artefactDistancePx(artefact: C4dArtefact, x: number, y: number): number {
  if (artefact.kind === 'pen' || artefact.kind === 'fold') {
    return pathDistance(artefact.path, x, y).distance - artefact.halfWidthPx;
  }
  return Math.hypot(x - artefact.xL0, y - artefact.yL0) - artefact.radiusPx * BLURRED_SHARE;
}

function artefactAt(artefacts: readonly C4dArtefact[], x: number, y: number): C4dArtefact['kind'] | null {
  for (const artefact of artefacts) {
    const { bounds } = artefact;
    if (x < bounds.x0 || x > bounds.x1 || y < bounds.y0 || y > bounds.y1) continue;
    if (artefactDistancePx(artefact, x, y) < 0) return artefact.kind;
  }
  return null;
}

/** Says what lies at one level-0 point, what covers it first. */
export function contentAt(scene: FieldScene, x: number, y: number): FieldContent {
  const artefact = artefactAt(scene.artefacts, x, y);
  // Under ink nothing can be seen, tissue or not; a fold or blur needs tissue.
  if (artefact === 'pen') return artefact;
  if (tissueDepthPx(scene.cores, x, y) < 0) return 'glass';
  if (artefact !== null) return artefact;
  const wx = warpX(scene.seed, x, y);
  const wy = warpY(scene.seed, x, y);
  const { nearest, d1 } = measureBodies(bodiesNear(scene, x, y, x, y), wx, wy, emptyBodyPoint());
  if (nearest === null || d1 > 0) return 'cortex';
  if (nearest.kind === 'glomerulus') return 'glomerulus';
  return nearest.kind === 'artery' || nearest.kind === 'vein' ? 'vessel' : 'cortex';
}

/**
 * Says whether a field (any level-0 rectangle) is feasible for counting capillaries. It is looked at in 16 × 16 points at
 * the centres of as many equal sub-rectangles; it is feasible when at least half of them show readable cortex, that is
 * tubules and interstitium, arterioles among it. Glass, glomeruli, arteries and veins, folds, ink and blur (within
 * 0.85 of its radius) are not. Capillaries have no part in it: cortex without any is feasible.
 */
export function describeField(scene: FieldScene, rect: Rect<'l0'>): FieldDescription {
  const counts = new Map<FieldContent, number>();
  for (let row = 0; row < SAMPLES; row++) {
    for (let column = 0; column < SAMPLES; column++) {
      const x = rect.x + ((column + 0.5) * rect.width) / SAMPLES;
      const y = rect.y + ((row + 0.5) * rect.height) / SAMPLES;
      const content = contentAt(scene, x, y);
      counts.set(content, (counts.get(content) ?? 0) + 1);
    }
  }
  const cortexShare = (counts.get('cortex') ?? 0) / SAMPLES ** 2;
  if (cortexShare >= FEASIBLE_SHARE) return { feasible: true, why: 'cortex', cortexShare };
  const others = [...counts].filter(([content]) => content !== 'cortex').sort((a, b) => b[1] - a[1]);
  return { feasible: false, why: others[0]?.[0] ?? 'glass', cortexShare };
}
