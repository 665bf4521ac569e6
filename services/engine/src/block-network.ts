import type { AnalysisParameters, RunSettings } from '@gigascope/contracts';
import { type Engine, engineOf, openSideBySide, type StageBundle, type Stated } from '@gigascope/models';
import { squareSidePx } from '@gigascope/tiling';

/** Networks that keep the image's size hold tens of feature maps as large as the patch: a few patches fill the memory. */
const MAX_DENSE_BATCH = 4;

/** Of a dense model's squares: 64 patches that share 73 % of their pixels; larger ones save little and waste more at a tissue's edge. */
const SQUARE_CELLS = 8;

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

/** Squares, one at a time, where the model allows it and nobody wants it otherwise; else patches. */
export function blockNetworkOf(bundle: StageBundle, options: StageOptions): BlockNetwork {
  const { manifest } = bundle;
  const { patchwise, provider } = options;
  const orientations = manifest.task === 'classify' ? options.orientations : 1;
  const inSquares = manifest.task === 'classify' && manifest.dense === true && orientations === 1 && !patchwise;
  const squareCells = inSquares ? SQUARE_CELLS : 1;
  const sidePx = inSquares ? squareSidePx(manifest, SQUARE_CELLS) : manifest.patchSizePx;
  const opener =
    (shape: StageBundle['manifest'] & { readonly squareCells?: number }) =>
    async ({ sessions, threads, batchSize }: RunSettings): Promise<Engine> => {
      const one = { ...bundle, manifest: shape, orientations, provider, threads, batchSize };
      return await openSideBySide(sessions, () => engineOf(manifest).apart(one));
    };
  const openForPatches = opener(manifest);
  return {
    ...{ squareCells, sidePx, openForPatches },
    largestBatch: inSquares ? 1 : manifest.task === 'classify' ? Number.POSITIVE_INFINITY : MAX_DENSE_BATCH,
    open: inSquares ? opener({ ...manifest, patchSizePx: sidePx, squareCells }) : openForPatches,
  };
}
