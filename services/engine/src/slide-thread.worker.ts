/** Reader thread: holds one slide open, plans it, then cuts patches of the blocks it is asked for until told to stop. */
import { parentPort, workerData } from 'node:worker_threads';
import { gridOf, PatchCutter, planStage } from '@gigascope/analysis';
import { toGigascopeError } from '@gigascope/contracts';
import { openSlide, readPatch, type SlideReader } from '@gigascope/tiling';
import type { FromSlideThread, KnownPlan, SlideThreadData, ThreadError, ToSlideThread } from './thread-messages.ts';

const { path, manifest, how, batchSize, buffers } = workerData as SlideThreadData;

function send(message: FromSlideThread, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, [...transfer]);
}

function describe(cause: unknown): ThreadError {
  const { code, detail } = toGigascopeError(cause);
  return { code, detail };
}

async function run(): Promise<void> {
  const reader = await openSlide(path);
  try {
    if ('plan' in how) {
      answerRequests(reader, how.plan);
      send({ kind: 'opened' });
    } else {
      const plan = await planStage(reader, { manifest, ...how });
      answerRequests(reader, { ...plan, tissueCells: plan.tissueCells.slice() });
      send({ kind: 'planned', plan }, [plan.tissueCells.buffer, plan.thumbnail.data.buffer]);
    }
  } catch (error) {
    await reader[Symbol.asyncDispose]();
    throw error;
  }
}

function answerRequests(reader: SlideReader, plan: KnownPlan): void {
  const grid = gridOf(plan, manifest);
  const cutter = new PatchCutter({ reader, grid, tissueCells: plan.tissueCells, batchSize, buffers });
  cutter.onBatch = (batch) =>
    send({ kind: 'batch', batch, readMs: cutter.readMs }, [batch.data.buffer, batch.slots.buffer]);
  cutter.onError = (ticket, error) => send({ kind: 'block-failed', ticket, error: describe(error) });
  parentPort?.on('message', (message: ToSlideThread) => {
    if (message.kind === 'request') cutter.request(message.ticket, message.block);
    else if (message.kind === 'recycle') cutter.recycle(message.data);
    else if (message.kind === 'patch')
      readPatch(reader, grid, message, message.marginPx).then(
        (image) => send({ kind: 'patch', id: message.id, image }, [image.data.buffer]),
        (cause: unknown) => send({ kind: 'patch-failed', id: message.id, error: describe(cause) }),
      );
    else void reader[Symbol.asyncDispose]().then(() => parentPort?.close());
  });
}

run().catch((cause: unknown) => {
  send({ kind: 'failed', error: describe(cause) });
  parentPort?.close();
});
