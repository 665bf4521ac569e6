/** The inference thread: opens the engine that it was given as workerData and answers until it is told to close. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { toGigascopeError } from '@gigascope/contracts';
import type { EngineOptions } from './options.ts';
import { createOrtEngine } from './ort-engine.ts';
import type { FromThread, ThreadError, ToThread } from './ort-thread-protocol.ts';

if (parentPort === null) throw new Error('ort-thread-worker.ts runs in a thread');
await serve(parentPort, workerData as EngineOptions);

async function serve(port: MessagePort, options: EngineOptions): Promise<void> {
  const send = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  try {
    const engine = await createOrtEngine(options);
    port.on('message', (message: ToThread) => {
      if (message.kind === 'close') {
        // Releases the session after the run in flight; the thread ends when its port is closed.
        void engine[Symbol.asyncDispose]().finally(() => port.close());
        return;
      }
      engine.infer(message).then(
        ({ probabilities, data }) =>
          send({ kind: 'inferred', id: message.id, probabilities, data }, [probabilities.buffer, data.buffer]),
        (cause: unknown) => send({ kind: 'failed', id: message.id, error: portable(cause) }),
      );
    });
    send({ kind: 'ready', description: engine.description });
  } catch (cause) {
    send({ kind: 'refused', error: portable(cause) });
    port.close();
  }
}

function portable(cause: unknown): ThreadError {
  const { code, detail } = toGigascopeError(cause);
  return { code, detail };
}
