import { toGigascopeError } from '@gigascope/contracts';
import type { Engine } from './engine.ts';
import type { FromHost, HostError, ToHost } from './engine-protocol.ts';

/** The line from an inference thread or process to its owner. */
export interface OwnerLine {
  /** `buffers` are transferred where the line can do that. */
  send(message: FromHost, buffers: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: ToHost) => void): void;
  /** Ends the thread or process, which has nothing left to do then. */
  close(): void;
}

/** Opens an engine and answers its owner until told to close. `returnsBatches`: each batch's buffer goes back with its answer. */
export async function serveEngine(
  line: OwnerLine,
  open: () => Promise<Engine>,
  { returnsBatches }: { readonly returnsBatches: boolean },
): Promise<void> {
  try {
    const engine = await open();
    line.onMessage((message) => {
      if (message.kind === 'close') {
        // After the run in flight.
        void engine[Symbol.asyncDispose]().finally(() => line.close());
        return;
      }
      engine.infer(message).then(
        ({ answers, data }) => {
          const inferred = { kind: 'inferred', id: message.id, ...pack(answers) } as const;
          if (returnsBatches) line.send({ ...inferred, data }, [inferred.values.buffer, data.buffer]);
          else line.send(inferred, [inferred.values.buffer]);
        },
        (cause: unknown) => line.send({ kind: 'failed', id: message.id, error: portable(cause) }, []),
      );
    });
    line.send({ kind: 'ready', description: engine.description }, []);
  } catch (cause) {
    line.send({ kind: 'refused', error: portable(cause) }, []);
    line.close();
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

function portable(cause: unknown): HostError {
  const { code, detail } = toGigascopeError(cause);
  return { code, detail };
}
