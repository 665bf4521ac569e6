import type { RandomStream } from '../hash.ts';
import { BODY_EXTENT_PX, type Body, type BodyKind, bodyDistancePx } from './bodies.ts';
import { BucketIndex } from './bucket-index.ts';
import { type Core, coreDepthPx } from './core.ts';
import { c4dPx } from './units.ts';

/** One round of throwing bodies at the tissue; the large ones come first. */
interface Round {
  readonly kind: BodyKind;
  readonly radiusUm: readonly [number, number];
  /** Longest segment over radius; a tubule cut lengthwise is long. */
  readonly longest: number;
  /** Bodies per mm² at most; null: as many as find room. */
  readonly perMm2: number | null;
}

/**
 * Glomeruli of about 200 µm, proximal tubules of 45 … 65 µm, distal ones smaller: the sizes of textbook cortex
 * (e.g. Young et al., Wheater's Functional Histology, ch. 16).
 */
const ROUNDS: readonly Round[] = [
  { kind: 'artery', radiusUm: [42, 95], longest: 0.8, perMm2: 0.7 },
  { kind: 'vein', radiusUm: [32, 70], longest: 1, perMm2: 0.5 },
  { kind: 'glomerulus', radiusUm: [76, 104], longest: 0.25, perMm2: 5 },
  { kind: 'arteriole', radiusUm: [10, 18], longest: 1.5, perMm2: 7 },
  { kind: 'proximal', radiusUm: [27, 32], longest: 4, perMm2: 110 },
  { kind: 'proximal', radiusUm: [23, 28], longest: 3, perMm2: null },
  { kind: 'distal', radiusUm: [19, 23], longest: 3, perMm2: 90 },
  { kind: 'proximal', radiusUm: [19, 23], longest: 1.5, perMm2: null },
  { kind: 'distal', radiusUm: [14, 18], longest: 1.5, perMm2: null },
];

/** Tries per body that would fit if bodies tiled the tissue. */
const TRIES = 8;
/** Tubules may press each other this far out of round. */
const PRESS = 0.94;

/** Packs the cores with bodies that do not overlap, by throwing them at random (random sequential adsorption). */
export function layBodies(cores: readonly Core[], random: RandomStream): BucketIndex<Body> {
  const index = new BucketIndex<Body>(512);
  for (const core of cores) {
    const { bounds } = core;
    const areaPx = core.halfWidthPx * 2 * (pathLengthPx(core) + 1.6 * core.halfWidthPx);
    const boundsPx = (bounds.x1 - bounds.x0) * (bounds.y1 - bounds.y0);
    for (const round of ROUNDS) {
      const [low, high] = round.radiusUm;
      const meanPx = c4dPx((low + high) / 2);
      const mm2 = areaPx / c4dPx(1000) ** 2;
      const most = round.perMm2 === null ? Number.POSITIVE_INFINITY : stochasticRound(round.perMm2 * mm2, random);
      const tries = Math.ceil((TRIES * boundsPx) / meanPx ** 2);
      let placed = 0;
      for (let k = 0; k < tries && placed < most; k++) {
        const body = throwBody(round, core, random);
        if (body === null || !hasRoom(body, index)) continue;
        index.add(body);
        placed += 1;
      }
    }
  }
  return index;
}

function stochasticRound(value: number, random: RandomStream): number {
  return Math.floor(value + random.next());
}

function pathLengthPx(core: Core): number {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = core.path;
  return Math.hypot(x1 - x0, y1 - y0) * (core.path.length / 2 - 1);
}

function throwBody(round: Round, core: Core, random: RandomStream): Body | null {
  const { bounds } = core;
  const x = random.between(bounds.x0, bounds.x1);
  const y = random.between(bounds.y0, bounds.y1);
  const radiusPx = c4dPx(random.between(...round.radiusUm));
  const angle = random.between(0, Math.PI);
  const stretch = random.next();
  const seed = random.seed();
  const inner = round.kind === 'proximal' || round.kind === 'distal' ? -0.4 : 0.75;
  if (coreDepthPx(core, x, y) < inner * radiusPx) return null;
  // Most tubules are cut across, some lengthwise.
  const halfLengthPx = stretch < 0.45 ? 0 : (((stretch - 0.45) / 0.55) * round.longest * radiusPx) / 2;
  const [halfX, halfY] = [halfLengthPx * Math.cos(angle), halfLengthPx * Math.sin(angle)];
  return { kind: round.kind, xL0: x, yL0: y, halfX, halfY, halfLengthPx, radiusPx, seed };
}

function hasRoom(body: Body, index: BucketIndex<Body>): boolean {
  const reach = body.radiusPx + body.halfLengthPx + BODY_EXTENT_PX;
  for (const other of index.near(body.xL0 - reach, body.yL0 - reach, body.xL0 + reach, body.yL0 + reach)) {
    const centres = Math.hypot(other.xL0 - body.xL0, other.yL0 - body.yL0);
    if (centres > other.radiusPx + other.halfLengthPx + body.radiusPx + body.halfLengthPx) continue;
    const steps = body.halfLengthPx === 0 ? 0 : 4;
    for (let k = -steps; k <= steps; k++) {
      const t = steps === 0 ? 0 : k / steps;
      const gap = bodyDistancePx(other, body.xL0 + t * body.halfX, body.yL0 + t * body.halfY) - body.radiusPx;
      if (gap < -(1 - PRESS) * (body.radiusPx + other.radiusPx)) return false;
    }
  }
  return true;
}
