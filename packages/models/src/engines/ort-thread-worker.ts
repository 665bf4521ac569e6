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
        ({ answers, data }) => {
          const { values, lengths } = pack(answers);
          send({ kind: 'inferred', id: message.id, values, lengths, data }, [values.buffer, data.buffer]);
        },
        (cause: unknown) => send({ kind: 'failed', id: message.id, error: portable(cause) }),
      );
    });
    send({ kind: 'ready', description: engine.description });
  } catch (cause) {
    send({ kind: 'refused', error: portable(cause) });
    port.close();
  }
}

function pack(answers: readonly Float32Array[]): { values: Float32Array<ArrayBuffer>; lengths: number[] } {
  const lengths = answers.map(({ length }) => length);
  const values = new Float32Array(lengths.reduce((a, b) => a + b, 0));
  let begin = 0;
  for (const answer of answers) {
    values.set(answer, begin);
    begin += answer.length;
  }
  return { values, lengths };
}

function portable(cause: unknown): ThreadError {
  const { code, detail } = toGigascopeError(cause);
  return { code, detail };
}
