import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type AnalysisParameters,
  type AnalysisPlan,
  type AnalysisResult,
  type ChosenRegions,
  type engineProtocol,
  GigascopeError,
} from '@gigascope/contracts';
import { activationTensors, type Bundle } from '@gigascope/models';
import type { ServiceClient } from '@gigascope/processes';
import { writeActivations } from './activation/write-activations.ts';
import { chooseCells, regionsOf } from './choose-regions.ts';
import { FileCheckpoints } from './file-checkpoints.ts';
import { hashSlide } from './file-hash.ts';
import type { StageOutcome } from './finish/stage-outcome.ts';
import type { ProgressMeter } from './progress.ts';
import { createStamp } from './stamp.ts';
import { writeOutputs } from './write-outputs.ts';

const CHECKPOINT_FOLDER = '.checkpoints';
/** One block is inferred while the next is read; a third keeps batches full across small blocks. */
const BLOCKS_IN_FLIGHT = 3;

export interface AnalyzeInput {
  readonly slidePath: string;
  readonly outFolder: string;
  readonly bundle: Bundle;
  readonly engine: ServiceClient<typeof engineProtocol>;
  /** What the engine said of itself when it loaded the bundle. */
  readonly runtime: { readonly runtime: string; readonly provider: string };
  readonly parameters: AnalysisParameters;
  /** How many lesions get a picture of what in them speaks for their class; classifiers only. */
  readonly activations: number;
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal;
}

/**
 * The main job on one slide: plan → blocks, for each stage of the bundle, then finish. Each finished block is a checkpoint on disk. Stopped at any
 * moment, the same call goes on where it was and gives the same bytes. Throws ARGUMENT_INVALID where activations are asked of a model that
 * has none.
 */
export async function analyze(input: AnalyzeInput): Promise<AnalysisResult> {
  const { slidePath, outFolder, bundle, engine, parameters, activations, meter, signal } = input;
  if (activations > 0) requireActivations(bundle);
  const analysisId = randomUUID();
  const planStage = async (stage: number, regions: ChosenRegions | null): Promise<AnalysisPlan> =>
    await engine.call('plan', { analysisId, path: slidePath, parameters, stage, regions });
  meter.enter('hash');
  // The engine's process plans while this one hashes: of a gigabyte either takes a second and more.
  const firstPlan = planStage(0, null);
  firstPlan.catch(() => {});
  const stamp = createStamp(await hashSlide(slidePath, signal), bundle, input.runtime, parameters);

  await mkdir(outFolder, { recursive: true });
  const checkpoints = join(outFolder, CHECKPOINT_FOLDER);
  const stages: StageOutcome[] = [];
  let regions: ChosenRegions | null = null;
  for (const [stage, { manifest }] of bundle.stages.entries()) {
    meter.enter('plan', { stage, stages: bundle.stages.length });
    const plan = stage === 0 ? await firstPlan : await planStage(stage, regions);
    const kept = new FileCheckpoints(join(checkpoints, `stage-${stage}`), stamp);
    const outputs = await runBlocks(input, analysisId, plan, kept);
    stages.push({ manifest, plan, outputs });
    if (bundle.manifest.task === 'pipeline' && stage === 0)
      regions = chooseCells({ manifest, plan, outputs }, regionsOf(bundle.manifest, parameters));
  }

  meter.enter('finish');
  const slideName = basename(slidePath);
  const result = await writeOutputs(outFolder, { slideName, manifest: bundle.manifest, stages, parameters, stamp });
  await writeActivations(outFolder, result, activations, engine, analysisId);
  await engine.call('release', { analysisId });
  await rm(checkpoints, { recursive: true, force: true });
  return result;
}

function requireActivations({ manifest }: Bundle): void {
  if (manifest.task !== 'classify')
    throw new GigascopeError('ARGUMENT_INVALID', `${manifest.name} is no classifier: it has no activation map`);
  activationTensors(manifest);
}

/** Infers the blocks of a stage that have no checkpoint yet; gives all blocks' outputs. */
async function runBlocks(
  { engine, meter, signal }: AnalyzeInput,
  analysisId: string,
  plan: AnalysisPlan,
  checkpoints: FileCheckpoints,
): Promise<ReadonlyMap<number, Uint8Array<ArrayBuffer>>> {
  const outputs = new Map(await checkpoints.load(plan.blocks));
  const open = plan.blocks.filter((block) => !outputs.has(block.index));
  const cellsOf = (blocks: typeof open): number => blocks.reduce((sum, block) => sum + block.tissueCells, 0);
  const total = { blocks: plan.blocks.length, cells: cellsOf(plan.blocks) };
  meter.begin(total, { blocks: total.blocks - open.length, cells: total.cells - cellsOf(open) });
  await forEachAtOnce(open, BLOCKS_IN_FLIGHT, async (block) => {
    if (signal.aborted) throw new GigascopeError('CANCELED');
    const { output } = await engine.call('block', { analysisId, stage: plan.stage, block });
    await checkpoints.save(block, output);
    outputs.set(block.index, output);
    meter.blockDone(block.tissueCells);
  });
  return outputs;
}

/** Runs `task` on each item, at most `limit` at once; the first failure stops the taking of further items and is thrown last. */
async function forEachAtOnce<T>(items: readonly T[], limit: number, task: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  let failure: { error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    for (const item of queue) {
      if (failure !== undefined) return;
      await task(item).catch((error: unknown) => {
        failure ??= { error };
      });
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  if (failure !== undefined) throw failure.error;
}
