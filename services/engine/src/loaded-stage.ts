import { BlockRunner } from '@gigascope/analysis';
import type { AnalysisParameters } from '@gigascope/contracts';
import { checkGolden, type Engine, engineOf, type StageBundle } from '@gigascope/models';
import { ActivationMaps } from './activation-maps.ts';

/** Networks that keep the image's size hold tens of feature maps as large as the patch: a few patches fill the memory. */
const MAX_DENSE_BATCH = 4;

export interface StageOptions {
  readonly orientations: AnalysisParameters['orientations'];
  readonly threads: number;
  readonly batchSize: number;
  readonly provider: 'cpu' | 'cuda';
}

/** One network of the loaded bundle. */
export interface LoadedStage {
  readonly bundle: StageBundle;
  readonly engine: Engine;
  readonly runner: BlockRunner;
  readonly activations: ActivationMaps;
}

/** Opens a network and checks it by its golden patch. */
export async function loadStage(bundle: StageBundle, options: StageOptions): Promise<LoadedStage> {
  const { task } = bundle.manifest;
  const engine = await engineOf(bundle.manifest).apart({
    ...bundle,
    ...options,
    orientations: task === 'classify' ? options.orientations : 1,
    batchSize: task === 'classify' ? options.batchSize : Math.min(options.batchSize, MAX_DENSE_BATCH),
  });
  await checkGolden(engine, bundle);
  return { bundle, engine, runner: new BlockRunner(engine), activations: new ActivationMaps(bundle, options) };
}
