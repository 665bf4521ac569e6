import { GigascopeError } from '@gigascope/contracts';
import { RandomStream } from '../hash.ts';
import type { StainStyle } from '../stain.ts';
import type { Anatomy } from './anatomy.ts';
import { BucketIndex } from './bucket-index.ts';
import type { Capillary } from './capillary.ts';
import { layCores } from './core.ts';
import { type C4dArtefact, layC4dArtefacts } from './lay-artefacts.ts';
import { layBodies } from './lay-bodies.ts';
import { layCapillaries } from './lay-capillaries.ts';
import { drawRenalStyle } from './renal-style.ts';
import { drawC4dStain } from './stain.ts';

/** What a C4d phantom is made from. */
export interface C4dSceneOptions {
  readonly seed: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Share of positive capillaries in percent, realised to the nearest capillary. Left out: drawn from the seed. */
  readonly ratioPercent?: number;
  /** How many capillaries. Left out: as many as suit the tissue. */
  readonly capillaries?: number;
}

/** Everything that is laid out once; drawing is a pure function of it and of coordinates. */
export interface C4dScene extends Anatomy {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly artefacts: readonly C4dArtefact[];
  readonly stain: StainStyle;
  readonly capillaries: readonly Capillary[];
}

/** A ratio whose Banff grades 0, 1, 2 and 3 are about equally frequent. */
function drawRatioPercent(random: RandomStream): number {
  const [low, high] = (
    [
      [0, 0],
      [1, 9.9],
      [10, 50],
      [50.1, 95],
    ] as const
  )[Math.floor(random.next() * 4)] ?? [0, 0];
  return random.between(low, high);
}

/**
 * Lays out a renal biopsy stained for C4d: cores of cortex with tubules, glomeruli, vessels and peritubular capillaries.
 * Errors: ARGUMENT_INVALID where the size is no slide or the capillaries find no room.
 */
export function composeC4dScene(options: C4dSceneOptions): C4dScene {
  const { seed, widthPx, heightPx } = options;
  checkOptions(options);
  const random = new RandomStream(seed ^ 0x0c4d);
  const style = drawRenalStyle(new RandomStream(random.seed()));
  const stain = drawC4dStain(random.seed());
  const coreRandom = new RandomStream(random.seed());
  const bodyRandom = new RandomStream(random.seed());
  const artefactRandom = new RandomStream(random.seed());
  const capillaryRandom = new RandomStream(random.seed());
  const drawnRatio = drawRatioPercent(random);
  const cores = layCores(widthPx, heightPx, coreRandom);
  const artefacts = layC4dArtefacts({ widthPx, heightPx, cores }, artefactRandom);
  const bodies = layBodies(cores, bodyRandom);
  const bare = { seed, widthPx, heightPx, style, stain, cores, artefacts, bodies };
  const order = { count: options.capillaries ?? null, ratioPercent: options.ratioPercent ?? drawnRatio };
  const capillaries = layCapillaries(bare, order, capillaryRandom);
  const capillaryIndex = new BucketIndex<Capillary>(256);
  for (const capillary of capillaries) capillaryIndex.add(capillary);
  return { ...bare, capillaries, capillaryIndex };
}

function checkOptions({ seed, widthPx, heightPx, ratioPercent = 0, capillaries = 0 }: C4dSceneOptions): void {
  const refuse = (detail: string) => {
    throw new GigascopeError('ARGUMENT_INVALID', detail);
  };
  if (!Number.isInteger(widthPx) || !Number.isInteger(heightPx) || widthPx < 256 || heightPx < 256) {
    refuse(`a phantom is at least 256 × 256 px, not ${widthPx} × ${heightPx}`);
  }
  if (!Number.isInteger(seed)) refuse(`the seed is a whole number, not ${seed}`);
  if (!(ratioPercent >= 0 && ratioPercent <= 100)) refuse(`the ratio is 0 … 100 percent, not ${ratioPercent}`);
  if (!Number.isInteger(capillaries) || capillaries < 0) refuse(`capillaries are a number, not ${capillaries}`);
}
