import type { Worker } from 'node:worker_threads';
import type { Findings, FinishInput } from '@gigascope/analysis';
import { GigascopeError } from '@gigascope/contracts';
import { IdleThreads } from '@gigascope/processes';
import type { FinishMessage, FinishRequest } from './finish-messages.ts';

/** Runs `finish`, which writes its files into a folder, in threads of their own. */
export class FinishThreads implements AsyncDisposable {
  readonly #threads: IdleThreads;

  /** @param mostIdle As many as finish at once: among many small slides a thread that ends is missed in the same second. */
  constructor(mostIdle: number) {
    this.#threads = new IdleThreads(new URL('./finish.worker.ts', import.meta.url), { most: mostIdle });
  }

  /** A thread that ends without an answer is OUT_OF_MEMORY. */
  async finish(folder: string, input: FinishInput): Promise<Findings> {
    const thread = this.#threads.take();
    const message = await answerOf(thread, { folder, input });
    await this.#threads.giveBack(thread);
    if ('error' in message) throw new GigascopeError(message.error.code, message.error.detail);
    return message;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#threads[Symbol.asyncDispose]();
  }
}

function answerOf(thread: Worker, request: FinishRequest): Promise<FinishMessage> {
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', (cause) => reject(new GigascopeError('OUT_OF_MEMORY', cause.message, { cause })));
    thread.once('exit', (code) =>
      reject(new GigascopeError('OUT_OF_MEMORY', `the finishing thread ended with ${code}`)),
    );
    thread.postMessage(request);
  });
}
