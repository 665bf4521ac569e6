import { type AnalysisParameters, type RunSettings, squareSidePx } from '@gigascope/contracts';
import {
  type Engine,
  type EngineManifest,
  engineOf,
  openSideBySide,
  type StageBundle,
  type Stated,
  sharesSums,
} from '@gigascope/models';

/** Networks that keep the image's size hold tens of feature maps as large as the patch: a few patches fill the memory. */
const MAX_DENSE_BATCH = 4;

/**
 * Of a dense model's squares: 64 patches that share 73 % of their pixels; larger ones save little and waste more at a tissue's edge.
 * Of squares whose patches share their sums of pixels only: what they save is less, and the maps of 16 patches stay in the cache.
 */
const SQUARE_CELLS = { whole: 8, patches: 4 } as const;

export interface StageOptions extends Stated {
  readonly orientations: AnalysisParameters['orientations'];
  readonly patchwise: boolean;
  readonly provider: 'cpu' | 'cuda';
}

/** What a slide is cut into for one network, and how an engine for that is opened. */
export interface BlockNetwork {
  /** Cells along the side of what is cut: 1 for patches. */
  readonly squareCells: number;
  readonly sidePx: number;
  readonly largestBatch: number;
  open(settings: RunSettings): Promise<Engine>;
  /** For patches, whatever the slide is cut into. */
  openForPatches(settings: RunSettings): Promise<Engine>;
}

type Pass = keyof typeof SQUARE_CELLS;

/** Squares, one at a time, where the model allows it and nobody wants it otherwise; else patches. */
export function blockNetworkOf(bundle: StageBundle, options: StageOptions): BlockNetwork {
  const { manifest } = bundle;
  const { provider } = options;
  const orientations = manifest.task === 'classify' ? options.orientations : 1;
  const pass = passOf(bundle, options);
  const squareCells = pass === undefined ? 1 : SQUARE_CELLS[pass];
  const sidePx = squareSidePx(manifest, squareCells);
  const opener =
    (shape: StageBundle['manifest'] & Pick<EngineManifest, 'square'>) =>
    async ({ sessions, threads, batchSize }: RunSettings): Promise<Engine> => {
      const one = { ...bundle, manifest: shape, orientations, provider, threads, batchSize };
      return await openSideBySide(sessions, () => engineOf(manifest).apart(one));
    };
  const openForPatches = opener(manifest);
  return {
    ...{ squareCells, sidePx, openForPatches },
    largestBatch: pass !== undefined ? 1 : manifest.task === 'classify' ? Number.POSITIVE_INFINITY : MAX_DENSE_BATCH,
    open: pass === undefined ? openForPatches : opener(inSquares(manifest, { cells: squareCells, pass })),
  };
}

function inSquares(
  manifest: StageBundle['manifest'],
  how: { readonly cells: number; readonly pass: Pass },
): StageBundle['manifest'] & Pick<EngineManifest, 'square'> {
  const { patchSizePx, stridePx } = manifest;
  return { ...manifest, patchSizePx: squareSidePx(manifest, how.cells), square: { ...how, patchSizePx, stridePx } };
}

/**
 * Both ways give the same to the last bit or, in one pass, to 1e-4. Averages over orientations and cards see patches, and so does
 * whoever states how many are to be a batch.
 */
function passOf(
  { manifest, model }: StageBundle,
  { batchSize, orientations, patchwise, provider }: StageOptions,
): Pass | undefined {
  if (manifest.task !== 'classify' || orientations !== 1) return undefined;
  if (manifest.dense === true) return patchwise ? undefined : 'whole';
  return provider === 'cpu' && batchSize === undefined && sharesSums(manifest, model) ? 'patches' : undefined;
}
