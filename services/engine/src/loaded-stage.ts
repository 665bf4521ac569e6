import { BlockRunner } from '@gigascope/analysis';
import type { AnalysisParameters } from '@gigascope/contracts';
import {
  checkGolden,
  checkGoldenSquare,
  type Engine,
  type EngineOptions,
  engineOf,
  type StageBundle,
} from '@gigascope/models';
import { squareSidePx } from '@gigascope/tiling';
import { ActivationMaps } from './activation-maps.ts';

/** Networks that keep the image's size hold tens of feature maps as large as the patch: a few patches fill the memory. */
const MAX_DENSE_BATCH = 4;

/** Of a dense model's squares: 64 patches that share 73 % of their pixels; larger ones save little and waste more at a tissue's edge. */
const SQUARE_CELLS = 8;

export interface StageOptions {
  readonly orientations: AnalysisParameters['orientations'];
  readonly patchwise: boolean;
  readonly threads: number;
  readonly batchSize: number;
  readonly provider: 'cpu' | 'cuda';
}

/** One network of the loaded bundle. */
export interface LoadedStage {
  readonly bundle: StageBundle;
  /** Takes patches. */
  readonly engine: Engine;
  /** Takes what a slide is cut into: patches, or squares of them. */
  readonly blockEngine: Engine;
  readonly squareCells: number;
  readonly runner: BlockRunner;
  readonly activations: ActivationMaps;
}

/** Opens a network and checks it by its golden patch. */
export async function loadStage(bundle: StageBundle, options: StageOptions): Promise<LoadedStage> {
  const { task } = bundle.manifest;
  const settings: EngineOptions = {
    ...bundle,
    ...options,
    orientations: task === 'classify' ? options.orientations : 1,
    batchSize: task === 'classify' ? options.batchSize : Math.min(options.batchSize, MAX_DENSE_BATCH),
  };
  const engine = await engineOf(bundle.manifest).apart(settings);
  await checkGolden(engine, bundle);
  const squares = await openSquares(bundle, settings, options.patchwise);
  const blockEngine = squares ?? engine;
  return {
    ...{ bundle, engine, blockEngine, squareCells: squares === null ? 1 : SQUARE_CELLS },
    runner: new BlockRunner(blockEngine),
    activations: new ActivationMaps(bundle, options),
  };
}

/** The engine for whole squares, one at a time, where the model allows it and nobody wants it otherwise. */
async function openSquares(bundle: StageBundle, settings: EngineOptions, patchwise: boolean): Promise<Engine | null> {
  const { manifest } = bundle;
  if (manifest.task !== 'classify' || manifest.dense !== true || settings.orientations !== 1 || patchwise) return null;
  const square = { ...manifest, patchSizePx: squareSidePx(manifest, SQUARE_CELLS), squareCells: SQUARE_CELLS };
  const engine = await engineOf(manifest).apart({ ...settings, manifest: square, batchSize: 1 });
  await checkGoldenSquare(engine, bundle);
  return engine;
}
