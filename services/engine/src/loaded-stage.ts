import { availableParallelism } from 'node:os';
import { BlockRunner } from '@gigascope/analysis';
import type { ChosenSettings } from '@gigascope/contracts';
import { checkGolden, checkGoldenSquare, type Engine, type StageBundle, usualSettings } from '@gigascope/models';
import { ActivationMaps } from './activation-maps.ts';
import type { BlockNetwork, StageOptions } from './block-network.ts';
import { PatchAnswers } from './patch-answers.ts';

const PROCESSORS = availableParallelism();

/** One network of the loaded bundle. */
export interface LoadedStage {
  readonly bundle: StageBundle;
  readonly chosen: ChosenSettings;
  /** Takes what a slide is cut into: patches, or squares of them. */
  readonly engine: Engine;
  readonly squareCells: number;
  readonly runner: BlockRunner;
  readonly patches: PatchAnswers;
  readonly activations: ActivationMaps;
}

/** Opens a network in its settings and checks it by its golden patch. */
export async function loadStage(
  bundle: StageBundle,
  network: BlockNetwork,
  options: StageOptions,
  chosen: ChosenSettings,
): Promise<LoadedStage> {
  const { settings } = chosen;
  const { squareCells } = network;
  const engine = await network.open(settings);
  if (squareCells === 1) await checkGolden(engine, bundle);
  else await checkGoldenSquare(engine, bundle);
  const openForPatches = (): Promise<Engine> => network.openForPatches(usualSettings(options, PROCESSORS));
  return {
    ...{ bundle, chosen, engine, squareCells },
    runner: new BlockRunner(engine),
    patches: new PatchAnswers(squareCells === 1 ? async () => engine : openForPatches),
    activations: new ActivationMaps(bundle, { threads: settings.threads, provider: options.provider }),
  };
}
