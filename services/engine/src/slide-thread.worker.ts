/** Reader thread: holds one slide open, plans it, cuts patches of the blocks it is asked for until told to stop, and begins another. */
import { parentPort } from 'node:worker_threads';
import { forgetSpareMemory, gridOf, PatchCutter, planStage } from '@gigascope/analysis';
import { toGigascopeError } from '@gigascope/contracts';
import { openSlide, readPatch, type SlideReader } from '@gigascope/tiling';
import type { FromSlideThread, KnownPlan, SlideThreadData, ThreadError, ToSlideThread } from './thread-messages.ts';

type Request = Exclude<ToSlideThread, { kind: 'begin' | 'stop' | 'cool' }>;

/** What is open; its answers are sent for as long as it is. */
interface OpenSlide {
  readonly reader: SlideReader;
  answer(message: Request): void;
}

let current: OpenSlide | null = null;
/** Opening takes a moment, and a stop may come in between. */
let opening: Promise<void> = Promise.resolve();

function send(message: FromSlideThread, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, [...transfer]);
}

function describe(cause: unknown): ThreadError {
  const { code, detail } = toGigascopeError(cause);
  return { code, detail };
}

async function begin({ path, how, ...cut }: SlideThreadData): Promise<void> {
  const reader = await openSlide(path);
  try {
    if ('plan' in how) {
      current = answering(reader, how.plan, cut);
      send({ kind: 'opened' });
    } else {
      const plan = await planStage(reader, { manifest: cut.manifest, ...how });
      const known = { ...plan, tissueCells: plan.tissueCells.slice() };
      current = answering(reader, known, cut);
      send({ kind: 'planned', plan }, [plan.tissueCells.buffer, plan.thumbnail.data.buffer]);
    }
  } catch (error) {
    await reader[Symbol.asyncDispose]();
    throw error;
  }
}

function answering(
  reader: SlideReader,
  plan: KnownPlan,
  { manifest, ...sizes }: Omit<SlideThreadData, 'path' | 'how'>,
): OpenSlide {
  const grid = gridOf(plan, manifest);
  const cutter = new PatchCutter({ reader, grid, tissueCells: plan.tissueCells, ...sizes });
  // What ends after its slide was closed is nobody's any more.
  const tell: typeof send = (message, transfer) => current === slide && send(message, transfer);
  cutter.onBatch = (batch) =>
    tell({ kind: 'batch', batch, readMs: cutter.readMs }, [batch.data.buffer, batch.slots.buffer]);
  cutter.onCut = (ticket) => tell({ kind: 'block-cut', ticket });
  cutter.onError = (ticket, error) => tell({ kind: 'block-failed', ticket, error: describe(error) });
  const slide: OpenSlide = {
    reader,
    answer: (message) => {
      if (message.kind === 'request') cutter.request(message.ticket, message.block);
      else if (message.kind === 'recycle') cutter.recycle(message.data);
      else if (message.kind === 'hold') cutter.hold(message.held);
      else
        readPatch(reader, grid, message, message.marginPx).then(
          (image) => tell({ kind: 'patch', id: message.id, image }, [image.data.buffer]),
          (cause: unknown) => tell({ kind: 'patch-failed', id: message.id, error: describe(cause) }),
        );
    },
  };
  return slide;
}

async function end(): Promise<void> {
  await opening;
  const slide = current;
  current = null;
  await slide?.reader[Symbol.asyncDispose]();
  send({ kind: 'closed' });
}

parentPort?.on('message', (message: ToSlideThread) => {
  if (message.kind === 'stop') void end();
  else if (message.kind === 'cool') forgetSpareMemory();
  else if (message.kind !== 'begin') current?.answer(message);
  else
    opening = begin(message.data).catch((cause: unknown) => {
      // A slide that could not be opened leaves this thread with it.
      send({ kind: 'failed', error: describe(cause) });
      parentPort?.close();
    });
});
