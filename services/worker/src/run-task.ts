import { createStamp, decodeThumbnail, encodeThumbnail } from '@gigascope/analysis';
import { GigascopeError } from '@gigascope/contracts';
import type { BlobStore, ClaimedTask, PlanRow, Store } from '@gigascope/store';
import type { EngineKey, EnginePool, PooledEngine } from './engine-pool.ts';
import { finishInThread } from './finish-thread.ts';
import { putFiles, writeNaming } from './result-blobs.ts';
import { writePatiently } from './write-patiently.ts';

export interface TaskContext {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly engines: EnginePool;
  /** Aborted when the worker is to stop. */
  readonly stopping: AbortSignal;
}

/**
 * Does one task and writes its result under its attempt.
 * @returns false when the attempt was no longer ours, so that nothing was written.
 */
export async function runTask(context: TaskContext, task: ClaimedTask): Promise<boolean> {
  if (task.kind === 'plan') return await plan(context, task);
  if (task.kind === 'block') return await predictBlock(context, task);
  return await finishAnalysis(context, task);
}

async function plan({ store, blobs, engines, stopping }: TaskContext, task: ClaimedTask): Promise<boolean> {
  const { slide, analysis } = task;
  const request = { analysisId: analysis.id, path: blobs.path(slide.blobKey), parameters: analysis.parameters };
  const planned = await engines.use(engineOf(task), (engine) =>
    engine.openSlide(analysis.id, () => engine.client.call('plan', request)),
  );
  const { thumbnail, tissueCells, ...rest } = planned;
  const { key } = await blobs.put(await encodeThumbnail(thumbnail), { extension: '.png' });
  return await writeNaming(blobs, [{ blobKey: key }], () =>
    writePatiently(() => store.tasks.completePlan(task, rest, tissueCells, key), stopping),
  );
}

async function predictBlock({ store, blobs, engines, stopping }: TaskContext, task: ClaimedTask): Promise<boolean> {
  const { block, analysis, slide } = task;
  if (block === null) throw new GigascopeError('INTERNAL', 'a block task has no block');
  const predictions = await engines.use(engineOf(task), async (engine) => {
    const open = (): Promise<void> => openPlanned(engine, { store, blobs }, analysis.id, slide.blobKey);
    const predict = () => engine.client.call('block', { analysisId: analysis.id, block });
    return (await engine.withSlide(analysis.id, open, predict)).predictions;
  });
  return (await writePatiently(() => store.tasks.completeBlock(task, predictions), stopping)) === 'written';
}

async function openPlanned(
  engine: PooledEngine,
  { store, blobs }: Pick<TaskContext, 'store' | 'blobs'>,
  analysisId: string,
  blobKey: string,
): Promise<void> {
  const { plan: stored, tissueCells } = await storedPlan(store, analysisId);
  await engine.client.call('open', { analysisId, path: blobs.path(blobKey), plan: { ...stored, tissueCells } });
}

async function finishAnalysis({ store, blobs, engines, stopping }: TaskContext, task: ClaimedTask): Promise<boolean> {
  const { analysis, slide, model } = task;
  const { plan: stored, tissueCells, thumbnailKey } = await storedPlan(store, analysis.id);
  const thumbnail = await decodeThumbnail(await blobs.read(thumbnailKey));
  const runtime = await engines.use(engineOf(task), (engine) => engine.runtime);
  const { result, files } = await finishInThread({
    slideName: slide.name,
    plan: { ...stored, tissueCells, thumbnail },
    manifest: model.manifest,
    parameters: analysis.parameters,
    stamp: createStamp(slide.sha256, model, runtime, analysis.parameters),
    predictions: await store.tasks.predictionsOf(analysis.id),
  });
  const artifacts = await putFiles(blobs, files);
  const heatmapKey = artifacts.find(({ name }) => name === 'heatmap.npy')?.blobKey ?? '';
  const finished = { result, heatmapKey, stamp: result.stamp, artifacts };
  const written = await writeNaming(blobs, artifacts, () =>
    writePatiently(() => store.tasks.completeFinish(task, finished), stopping),
  );
  await engines.closeSlide(analysis.id);
  return written;
}

async function storedPlan(store: Store, analysisId: string): Promise<PlanRow> {
  const row = await store.plans.get(analysisId);
  if (row === null) throw new GigascopeError('INTERNAL', 'an analysis has blocks and no plan');
  return row;
}

function engineOf({ model, analysis }: ClaimedTask): EngineKey {
  return { bundleFolder: model.folder, modelSha256: model.sha256, orientations: analysis.parameters.orientations };
}
