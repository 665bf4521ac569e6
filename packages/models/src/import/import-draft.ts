import { GigascopeError } from '@gigascope/contracts';
import { PATCHES, PROBABILITIES } from '../architectures/architecture.ts';
import type { ManifestDraft } from '../bundle/manifest-draft.ts';
import type { AnswerShape } from './answer-shape.ts';
import { type CompleteDetails, classNames } from './details.ts';

/** What was found out about a model, beside what was stated. */
interface Facts {
  readonly answer: AnswerShape;
  readonly patchSizePx: number;
  /** segment only. */
  readonly outputSizePx: number;
  /** Library that made the file. */
  readonly producer: string;
  readonly normalisation: string;
  readonly multiplyAddCount: number;
}

/** Share of a window between the middles of neighbours that are faded into each other. */
const LATTICE_PX = 16;
const BLEND_STEP = 0.75;

/** Writes the manifest of a complete import. Throws ARGUMENT_INVALID where class names do not fit. */
export function importDraft(details: CompleteDetails, facts: Facts): ManifestDraft {
  const { answer, multiplyAddCount, normalisation, patchSizePx } = facts;
  const classes = classNames(details, answer);
  const { name, mpp, organ, stain, licence } = details;
  const common = {
    schemaVersion: 1 as const,
    name,
    version: details.version ?? '1.0.0',
    title: details.title ?? name,
    architecture: details.architecture ?? facts.producer,
    classes,
    patchSizePx,
    mpp,
    input: { name: PATCHES, layout: 'NHWC', dtype: 'uint8', colour: 'RGB', normalisation } as const,
    output: { name: PROBABILITIES, meaning: 'probabilities' } as const,
    padding: 'mirror' as const,
    threshold: details.threshold ?? 0.5,
    scope: { organ, stain, species: details.species ?? 'human' },
    licence,
    intendedUse: details.intendedUse ?? 'Research. Not for diagnosis.',
    trainingData: [],
    figures: {},
    multiplyAddCount,
  };
  requireStride(details, answer.task === 'segment' ? facts.outputSizePx : patchSizePx);
  if (answer.task === 'segment') return { ...common, ...segmentDraft(details, facts), classes };
  const positiveClass = details.positive ?? classes.at(-1) ?? '';
  if (!classes.includes(positiveClass))
    throw new GigascopeError('ARGUMENT_INVALID', `no class is named ${positiveClass}: they are ${classes.join(', ')}`);
  return {
    ...common,
    task: 'classify',
    classes,
    positiveClass,
    stridePx: details.stridePx ?? patchSizePx,
    // Cells next to each other are one lesion.
    nmsRadiusUm: details.nmsRadiusUm ?? patchSizePx * mpp,
  };
}

function segmentDraft(details: CompleteDetails, { outputSizePx, patchSizePx }: Facts) {
  const isUnpadded = outputSizePx < patchSizePx;
  return {
    task: 'segment',
    outputSizePx,
    merge: isUnpadded ? 'crop' : 'blend',
    stridePx: details.stridePx ?? (isUnpadded ? onLattice(outputSizePx) : Math.round(patchSizePx * BLEND_STEP)),
    simplifyUm: details.mpp,
    minAreaUm2: details.minAreaUm2 ?? 0,
    growPx: 0,
    objects: details.objects ?? false,
  } as const;
}

/** Tiles of an unpadded network must begin on one lattice, of 16 px with four poolings (Ronneberger et al. 2015): 384 of 388. */
function onLattice(outputSizePx: number): number {
  return Math.max(1, Math.floor(outputSizePx / LATTICE_PX)) * LATTICE_PX;
}

function requireStride({ stridePx }: CompleteDetails, mostPx: number): void {
  if (stridePx !== undefined && stridePx > mostPx)
    throw new GigascopeError('ARGUMENT_INVALID', `a stride of ${stridePx} px leaves gaps: at most ${mostPx}`);
}
