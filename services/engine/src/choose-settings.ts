import { availableParallelism, cpus } from 'node:os';
import {
  type Calibration,
  type CalibrationWish,
  type ChosenSettings,
  engineProtocol,
  GigascopeError,
} from '@gigascope/contracts';
import {
  batchesFor,
  calibrate,
  loadBundle,
  networkKey,
  type StageBundle,
  shapesFor,
  usualSettings,
} from '@gigascope/models';
import { ServiceClient } from '@gigascope/processes';
import { type BlockNetwork, blockNetworkOf, type StageOptions } from './block-network.ts';
import { CalibrationFile } from './calibration-file.ts';

const ENGINE_ENTRY = new URL('./main.ts', import.meta.url);
const BUDGET_MS = 5_000;
/** On top of what a calibration may take: its first trial of a large network is made however slow it is. */
const TIMEOUT_MS = 120_000;

/** One network of a bundle, as another process finds it. */
export interface StageAddress {
  readonly bundleFolder: string;
  readonly stage: number;
}

/** Stated settings, or those that a calibration found here, or the usual ones. Throws only where a calibration is asked for anew. */
export async function chooseSettings(
  { manifest }: StageBundle,
  { largestBatch, squareCells }: BlockNetwork,
  address: StageAddress,
  options: StageOptions,
  wish: CalibrationWish | undefined,
): Promise<ChosenSettings> {
  const processors = availableParallelism();
  const settings = usualSettings(options, processors, largestBatch);
  const { threads = null, batchSize = null, provider } = options;
  const known = { name: manifest.name, squareCells };
  const unmeasured = { ...known, settings, calibration: null, at: null } as const;
  if (threads !== null && batchSize !== null) return { ...unmeasured, from: 'stated' };
  const network = networkKey(manifest);
  const nothingToChoose =
    shapesFor(options, processors, provider).length === 1 && batchesFor(options, provider, largestBatch).length === 1;
  if (wish === undefined || network === null || nothingToChoose) return { ...unmeasured, from: 'usual' };

  const orientations = manifest.task === 'classify' ? options.orientations : 1;
  const processor = `${process.arch} ${cpus()[0]?.model ?? 'unknown'}`;
  const place = { name: manifest.name, provider, orientations, squareCells, processor, processors };
  const file = new CalibrationFile(wish.folder, { ...network, ...place, threads, batchSize });
  const remembered = wish.when === 'anew' ? null : await file.read();
  if (remembered !== null) return chosenBy(known, remembered, 'remembered');
  if (wish.when === 'never') return { ...unmeasured, from: 'usual' };
  const insists = wish.when === 'anew';
  try {
    const calibration = await calibrateApart(address, options, wish);
    const measured = { at: new Date().toISOString(), calibration };
    // One that a busy machine left no time for says nothing of quieter hours.
    if (calibration.complete) await file.write(measured).catch((error) => unless(insists, error));
    return chosenBy(known, measured, 'measured');
  } catch (error) {
    unless(insists, error);
    return { ...unmeasured, from: 'usual' };
  }
}

/** A slide can be read without: a full disk or a trial that was killed must not keep anybody from that. */
function unless(insists: boolean, error: unknown): void {
  if (insists) throw error;
}

function chosenBy(
  known: Pick<ChosenSettings, 'name' | 'squareCells'>,
  { at, calibration }: { readonly at: string; readonly calibration: Calibration },
  from: 'remembered' | 'measured',
): ChosenSettings {
  return { ...known, settings: calibration.settings, calibration, at, from };
}

/** In a process of its own: ONNX Runtime does not give all of a closed session's memory back, and a trial may end it. */
async function calibrateApart(
  address: StageAddress,
  options: StageOptions,
  { budgetMs = BUDGET_MS }: CalibrationWish,
): Promise<Calibration> {
  await using trial = new ServiceClient(ENGINE_ENTRY, engineProtocol, { timeoutMs: budgetMs + TIMEOUT_MS });
  const { orientations, patchwise, provider, threads, batchSize } = options;
  return await trial.call('calibrate', { ...address, orientations, patchwise, provider, threads, batchSize, budgetMs });
}

/** What that process does. */
export async function calibrateStage(
  { bundleFolder, stage }: StageAddress,
  { budgetMs, ...options }: StageOptions & { readonly budgetMs?: number | undefined },
): Promise<Calibration> {
  const bundle = (await loadBundle(bundleFolder)).stages[stage];
  if (bundle === undefined) throw new GigascopeError('ARGUMENT_INVALID', `the model has no stage ${stage}`);
  const processors = availableParallelism();
  const network = blockNetworkOf(bundle, options);
  return await calibrate({
    open: network.open,
    sidePx: network.sidePx,
    shapes: shapesFor(options, processors, options.provider),
    batches: batchesFor(options, options.provider, network.largestBatch),
    usual: usualSettings(options, processors, network.largestBatch),
    sample: bundle.golden,
    budgetMs: budgetMs ?? BUDGET_MS,
  });
}
