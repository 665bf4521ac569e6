import { availableParallelism } from 'node:os';
import { BlockRunner } from '@gigascope/analysis';
import type { ChosenSettings } from '@gigascope/contracts';
import { checkGolden, checkGoldenSquare, type Engine, type StageBundle, usualSettings } from '@gigascope/models';
import { ActivationMaps } from './activation-maps.ts';
import { blockNetworkOf, type StageOptions } from './block-network.ts';

const PROCESSORS = availableParallelism();

/** One network of the loaded bundle. */
export interface LoadedStage {
  readonly bundle: StageBundle;
  readonly chosen: ChosenSettings;
  /** Takes patches. */
  readonly engine: Engine;
  /** Takes what a slide is cut into: patches, or squares of them. */
  readonly blockEngine: Engine;
  readonly squareCells: number;
  readonly runner: BlockRunner;
  readonly activations: ActivationMaps;
}

/** Opens a network in its settings and checks it by its golden patch. */
export async function loadStage(
  bundle: StageBundle,
  options: StageOptions,
  chosen: ChosenSettings,
): Promise<LoadedStage> {
  const network = blockNetworkOf(bundle, options);
  const { settings } = chosen;
  const { squareCells } = network;
  const blockEngine = await network.open(settings);
  const engine = squareCells === 1 ? blockEngine : await network.openForPatches(usualSettings(options, PROCESSORS));
  await checkGolden(engine, bundle);
  if (squareCells > 1) await checkGoldenSquare(blockEngine, bundle);
  return {
    ...{ bundle, chosen, engine, blockEngine, squareCells },
    runner: new BlockRunner(blockEngine),
    activations: new ActivationMaps(bundle, { threads: settings.threads, provider: options.provider }),
  };
}
