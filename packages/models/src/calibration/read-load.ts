import { Worker } from 'node:worker_threads';

/** A thread that keeps a processor as busy with each batch as one that reads a slide. */
export class ReadLoad implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<Uint8Array<ArrayBuffer>>[] = [];

  /** `rowBytes`: of a picture. */
  constructor(rowBytes: number) {
    this.#worker = new Worker(new URL('./read-load.worker.ts', import.meta.url), { workerData: rowBytes });
    this.#worker.on('message', (data: Uint8Array<ArrayBuffer>) => this.#waiting.shift()?.resolve(data));
    this.#worker.on('error', (error) => {
      for (const each of this.#waiting.splice(0)) each.reject(error);
    });
  }

  /** Works on a batch, one after the other in the order in which they come; its buffer moves, its bytes stay. */
  async fill(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const filled = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    this.#waiting.push(filled);
    this.#worker.postMessage(data, [data.buffer]);
    return await filled.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
