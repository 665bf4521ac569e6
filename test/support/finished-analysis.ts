import {
  AnalysisParameters,
  type AnalysisResult,
  type Detection,
  type ErrorCode,
  type Segment,
} from '@gigascope/contracts';
import type { ArtifactRow, ClaimedTask, Store } from '@gigascope/store';
import { manifest, samplePlan } from './store-samples.ts';

const CLAIM = { workerId: '22222222-2222-4222-8222-222222222222', leaseMs: 60_000 };

export interface FinishedSample {
  readonly tenantId: string;
  readonly slideId: string;
  readonly modelName?: string;
  readonly result: AnalysisResult;
  readonly detections?: readonly Detection[];
  readonly segments?: readonly Segment[];
  readonly artifacts?: readonly ArtifactRow[];
}

/** Enters an analysis without blocks and ends it with these findings, as the dispatcher and a worker do; returns its id. */
export async function enterFinished(app: Store, worker: Store, sample: FinishedSample): Promise<string> {
  const {
    tenantId,
    slideId,
    modelName: name = manifest.name,
    result,
    detections = [],
    segments,
    artifacts = [],
  } = sample;
  const id = await submit(app, worker, { tenantId, slideId, name });
  await worker.tasks.completePlan(await claimNext(worker, id), samplePlan(0), new Uint8Array(), 'none');
  const heatmapKey = artifacts.find((artifact) => artifact.name === 'heatmap.npy')?.blobKey ?? null;
  const each =
    segments &&
    async function* () {
      yield* segments;
    };
  const finished = { result, heatmapKey, stamp: result.stamp, artifacts, detections, segments: each ?? null };
  if (!(await worker.tasks.completeFinish(await claimNext(worker, id), finished))) throw new Error('was not finished');
  return id;
}

interface Submitted {
  readonly tenantId: string;
  readonly slideId: string;
  /** Of the model. */
  readonly name: string;
}

/** Enters an analysis whose first task fails for good, as a worker says it; returns its id. */
export async function enterFailed(app: Store, worker: Store, of: Submitted, code: ErrorCode): Promise<string> {
  const id = await submit(app, worker, of);
  if (!(await worker.tasks.fail(await claimNext(worker, id), code))) throw new Error('did not fail');
  return id;
}

async function submit(app: Store, worker: Store, { tenantId, slideId, name }: Submitted): Promise<string> {
  const sha256 = Buffer.from(name.padEnd(32)).toString('hex').slice(0, 64);
  const model = await worker.models.register({ ...manifest, name, title: name }, sha256, `/models/${name}`);
  const parameters = AnalysisParameters.parse({});
  return (await app.analyses.submit(tenantId, { slideId, modelId: model.id, parameters })).id;
}

/** Takes one of an analysis's waiting tasks as a worker does. */
export async function claimNext({ connection, tasks }: Store, analysisId: string): Promise<ClaimedTask> {
  const waiting = await connection.inNoTenant((tx) =>
    tx
      .updateTable('tasks')
      .set({ state: 'queued' })
      .where('analysisId', '=', analysisId)
      .where('state', '=', 'waiting')
      .returning('id')
      .executeTakeFirstOrThrow(),
  );
  const task = await tasks.claim(waiting.id, CLAIM);
  if (task === null) throw new Error('nothing to claim');
  return task;
}
