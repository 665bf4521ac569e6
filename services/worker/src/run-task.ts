import {
  chooseCells,
  createStamp,
  decodeThumbnail,
  encodeThumbnail,
  noThumbnail,
  regionsOf,
  type StageOutcome,
} from '@gigascope/analysis';
import {
  type ChosenRegions,
  GigascopeError,
  type ModelManifest,
  type RgbImage,
  type Urgency,
} from '@gigascope/contracts';
import type { BlobStore, ClaimedTask, PlanRow, Store } from '@gigascope/store';
import type { EngineKey, EnginePool, HeldSlideKey, PooledEngine } from './engine-pool.ts';
import type { FinishThreads } from './finish-threads.ts';
import { readSegments } from './read-segments.ts';
import { putFiles, writeNaming } from './result-blobs.ts';
import { stageManifest } from './stage-manifest.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { writePatiently } from './write-patiently.ts';

/** In the order in which they are served. */
const LANES: readonly ClaimedTask['analysis']['lane'][] = ['stat', 'routine', 'research'];

export interface TaskContext {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly engines: EnginePool;
  readonly finishes: FinishThreads;
  /** Aborted when the worker is to stop. */
  readonly stopping: AbortSignal;
}

/**
 * Does one task and writes its result under its attempt.
 * @returns false when the attempt was no longer ours, so that nothing was written.
 */
export async function runTask(context: TaskContext, task: ClaimedTask): Promise<boolean> {
  if (task.kind === 'plan') return await plan(context, task);
  if (task.kind === 'block') return await runBlock(context, task);
  return await finishAnalysis(context, task);
}

async function plan({ store, blobs, engines, stopping }: TaskContext, task: ClaimedTask): Promise<boolean> {
  const { slide, analysis, stage } = task;
  const regions = stage === 0 ? null : await chosenBefore(store, task);
  const request = { analysisId: analysis.id, path: blobs.path(slide.blobKey), parameters: analysis.parameters };
  const planned = await engines.use(engineOf(task), (engine) =>
    engine.openSlide(slideOf(task), () =>
      engine.client.call('plan', { ...request, stage, regions, urgency: urgencyOf(task) }),
    ),
  );
  const { thumbnail, tissueCells, ...rest } = planned;
  const first = stage === 0 ? null : await storedPlan(store, analysis.id, 0);
  const key = first?.thumbnailKey ?? (await blobs.put(await encodeThumbnail(thumbnail), { extension: '.png' })).key;
  return await writeNaming(blobs, first === null ? [{ blobKey: key }] : [], () =>
    writePatiently(() => store.tasks.completePlan(task, rest, tissueCells, key), stopping),
  );
}

function urgencyOf({ analysis }: ClaimedTask): Urgency {
  return { lane: LANES.indexOf(analysis.lane), dueMs: analysis.deadline?.getTime() ?? null };
}

/** What the stage before chose for this one to read. */
async function chosenBefore(store: Store, { analysis, model, stage }: ClaimedTask): Promise<ChosenRegions> {
  const { manifest } = model;
  if (manifest.task !== 'pipeline') throw new GigascopeError('INTERNAL', 'a second stage of a model that has one');
  const before = await outcomeOf(store, analysis.id, stage - 1, await stageManifest(model, stage - 1));
  return chooseCells(before, regionsOf(manifest, analysis.parameters));
}

async function runBlock({ store, blobs, engines, stopping }: TaskContext, task: ClaimedTask): Promise<boolean> {
  const { block, analysis, stage } = task;
  if (block === null) throw new GigascopeError('INTERNAL', 'a block task has no block');
  const { output } = await engines.use(engineOf(task), async (engine) => {
    const open = (): Promise<void> => openPlanned(engine, { store, blobs }, task);
    const run = () => engine.client.call('block', { analysisId: analysis.id, stage, block, urgency: urgencyOf(task) });
    return await engine.withSlide(slideOf(task), open, run);
  });
  return (await writePatiently(() => store.tasks.completeBlock(task, output), stopping)) === 'written';
}

async function openPlanned(
  engine: PooledEngine,
  { store, blobs }: Pick<TaskContext, 'store' | 'blobs'>,
  { analysis, slide, stage }: ClaimedTask,
): Promise<void> {
  const { plan: stored, tissueCells } = await storedPlan(store, analysis.id, stage);
  const path = blobs.path(slide.blobKey);
  await engine.client.call('open', { analysisId: analysis.id, path, plan: { ...stored, tissueCells } });
}

async function finishAnalysis(
  { store, blobs, engines, finishes, stopping }: TaskContext,
  task: ClaimedTask,
): Promise<boolean> {
  const { analysis, slide, model, stage } = task;
  const runtime = await engines.use(engineOf(task), (engine) => engine.runtime);
  const { thumbnailKey } = await storedPlan(store, analysis.id, 0);
  const thumbnail = await decodeThumbnail(await blobs.read(thumbnailKey));
  const stages: StageOutcome[] = [];
  for (let index = 0; index <= stage; index++)
    stages.push(await outcomeOf(store, analysis.id, index, await stageManifest(model, index), thumbnail));
  await using folder = await temporaryFolder();
  const { result, files, detections, segmentsFile } = await finishes.finish(folder.path, {
    slideName: slide.name,
    manifest: model.manifest,
    stages,
    parameters: analysis.parameters,
    stamp: createStamp(slide.sha256, model, runtime, analysis.parameters),
  });
  const artifacts = await putFiles(blobs, folder.path, files);
  const heatmapKey = artifacts.find(({ name }) => name === 'heatmap.npy')?.blobKey ?? null;
  const segments = segmentsFile === null ? null : () => readSegments(segmentsFile);
  const finished = { result, heatmapKey, stamp: result.stamp, artifacts, detections, segments };
  const written = await writeNaming(blobs, artifacts, () =>
    writePatiently(() => store.tasks.completeFinish(task, finished), stopping),
  );
  await engines.closeSlides(analysis.id);
  return written;
}

/** A stage as `finish` and the next stage take it; without the slide's thumbnail it has an empty one. */
async function outcomeOf(
  store: Store,
  analysisId: string,
  stage: number,
  manifest: ModelManifest,
  thumbnail: RgbImage = noThumbnail(),
): Promise<StageOutcome> {
  const { plan: stored, tissueCells } = await storedPlan(store, analysisId, stage);
  const outputs = await store.tasks.outputsOf(analysisId, stage);
  return { manifest, plan: { ...stored, tissueCells, thumbnail }, outputs };
}

async function storedPlan(store: Store, analysisId: string, stage: number): Promise<PlanRow> {
  const row = await store.plans.get(analysisId, stage);
  if (row === null) throw new GigascopeError('INTERNAL', 'an analysis has blocks and no plan');
  return row;
}

function engineOf({ model, analysis }: ClaimedTask): EngineKey {
  const { orientations, patchwise } = analysis.parameters;
  return { bundleFolder: model.folder, modelSha256: model.sha256, orientations, patchwise };
}

function slideOf({ analysis, stage }: ClaimedTask): HeldSlideKey {
  return { analysisId: analysis.id, stage };
}
