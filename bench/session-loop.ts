/** Process of bench/pipeline-loop.ts: nothing but `session.run` on batches of a slide that lie ready in memory. */
import { findBundle } from '@gigascope/models';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { preparedBatches } from './prepared-batches.ts';

/** One JSON argument. */
export interface LoopSettings {
  readonly modelsFolder: string;
  readonly model: string;
  readonly slidePath: string;
  readonly batchSize: number;
  readonly threads: number;
}

export interface LoopOrder {
  /** ONNX Runtime's own default is that waiting threads spin; where only inference runs that may be faster. */
  readonly spinning: boolean;
  /** Runs until both are reached. */
  readonly leastMs: number;
  readonly leastRuns: number;
}

export interface LoopTime {
  readonly batches: number;
  readonly ms: number;
}

const settings = JSON.parse(process.argv[2] ?? '') as LoopSettings;
const [bundle] = (await findBundle(settings.modelsFolder, settings.model)).stages;
const batches = await preparedBatches(settings.slidePath, bundle, settings.batchSize);
const sessions = new Map<boolean, InferenceSession>();

/** As the engine opens it, but for the spinning. */
async function sessionOf(spinning: boolean): Promise<InferenceSession> {
  const allowSpinning = { allow_spinning: spinning ? '1' : '0' };
  const session =
    sessions.get(spinning) ??
    (await InferenceSession.create(bundle.model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: settings.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      extra: { session: { intra_op: allowSpinning, inter_op: allowSpinning } },
    }));
  sessions.set(spinning, session);
  return session;
}

async function loop({ spinning, leastMs, leastRuns }: LoopOrder): Promise<LoopTime> {
  const session = await sessionOf(spinning);
  const { input, output } = bundle.manifest;
  const runOn = (at: number) => session.run({ [input.name]: batches[at % batches.length] as Tensor }, [output.name]);
  // The first run of a session allocates.
  await runOn(0);
  const began = performance.now();
  let runs = 0;
  while (runs < leastRuns || performance.now() - began < leastMs) await runOn(runs++);
  return { batches: runs, ms: performance.now() - began };
}

process.on('message', async (order: LoopOrder) => {
  process.send?.(await loop(order));
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
