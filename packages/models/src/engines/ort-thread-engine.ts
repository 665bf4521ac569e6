import { Worker } from 'node:worker_threads';
import { GigascopeError, toGigascopeError } from '@gigascope/contracts';
import type { Engine } from './engine.ts';
import type { FromHost } from './engine-protocol.ts';
import type { EngineOptions } from './options.ts';
import { type EngineHost, engineOver } from './remote-engine.ts';

/**
 * Opens the model in a thread of its own, so that runs do not block the caller's event loop. A batch's buffer is
 * transferred and comes back as another view of the same memory; the caller's view is empty meanwhile.
 */
export async function createOrtThreadEngine(options: EngineOptions): Promise<Engine> {
  const worker = new Worker(new URL('./ort-thread-worker.ts', import.meta.url), { workerData: options });
  return await engineOverThread(worker, options);
}

/** An engine over any thread that speaks the protocol; waits until it is ready. */
export async function engineOverThread(worker: Worker, options: EngineOptions): Promise<Engine> {
  return await engineOver(threadHost(worker), options);
}

function threadHost(worker: Worker): EngineHost {
  let failure: GigascopeError | undefined;
  worker.on('error', (cause) => {
    failure = threadError(cause);
  });
  return {
    send: (message) => worker.postMessage(message, message.kind === 'infer' ? [message.data.buffer] : []),
    onMessage: (listener) => void worker.on('message', (message: FromHost) => listener(message)),
    onEnd: (listener) =>
      void worker.once('exit', (code) =>
        listener(failure ?? new GigascopeError('NATIVE_CRASH', `the inference thread ended with ${code}`)),
      ),
  };
}

function threadError(cause: unknown): GigascopeError {
  const outOfHeap = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return outOfHeap ? new GigascopeError('OUT_OF_MEMORY', undefined, { cause }) : toGigascopeError(cause);
}
