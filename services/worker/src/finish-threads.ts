import { Worker } from 'node:worker_threads';
import type { Findings, FinishInput } from '@gigascope/analysis';
import { GigascopeError } from '@gigascope/contracts';
import type { FinishMessage, FinishRequest } from './finish-messages.ts';

/** Runs `finish`, which writes its files into a folder, in threads of their own; one stays for the next, since loading its code costs more than a small slide. */
export class FinishThreads implements AsyncDisposable {
  #idle: Worker | null = null;
  #closed = false;

  /** A thread that ends without an answer is OUT_OF_MEMORY. */
  async finish(folder: string, input: FinishInput): Promise<Findings> {
    const worker = this.#idle ?? new Worker(new URL('./finish.worker.ts', import.meta.url));
    this.#idle = null;
    forgetListeners(worker);
    const message = await answerOf(worker, { folder, input });
    await this.#keep(worker);
    if ('error' in message) throw new GigascopeError(message.error.code, message.error.detail);
    return message;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#idle?.terminate();
    this.#idle = null;
  }

  async #keep(worker: Worker): Promise<void> {
    forgetListeners(worker);
    if (this.#closed || this.#idle !== null) {
      await worker.terminate();
      return;
    }
    this.#idle = worker;
    const forget = (): void => {
      if (this.#idle === worker) this.#idle = null;
    };
    worker.on('exit', forget).on('error', forget);
  }
}

function answerOf(worker: Worker, request: FinishRequest): Promise<FinishMessage> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (cause) => reject(new GigascopeError('OUT_OF_MEMORY', cause.message, { cause })));
    worker.once('exit', (code) =>
      reject(new GigascopeError('OUT_OF_MEMORY', `the finishing thread ended with ${code}`)),
    );
    worker.postMessage(request);
  });
}

/** Not those of Node.js's own that start the line to the thread again. */
function forgetListeners(worker: Worker): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
}
