import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { GigascopeError } from '@gigascope/contracts';
import type { JobAnswer, JobRequest, Jobs } from './jobs.ts';

const MOST_MEGABYTES = 1024;

/** One thread with its jobs, asked one at a time. */
export interface EvaluationThread {
  call<Name extends keyof Jobs>(name: Name, input: Parameters<Jobs[Name]>[0]): Promise<ReturnType<Jobs[Name]>>;
}

/** Threads for what would hold up other requests: a few at once, and a few that wait. */
export class EvaluationThreads {
  readonly #size: number;
  readonly #maxWaiting: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor({ size, maxWaiting }: { readonly size: number; readonly maxWaiting: number }) {
    this.#size = size;
    this.#maxWaiting = maxWaiting;
  }

  /** Lends a thread to `work`; it is gone afterwards. Throws BUSY. */
  async run<T>(work: (thread: EvaluationThread) => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await withThread(work);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#size) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= this.#maxWaiting) throw new GigascopeError('BUSY', 'evaluations');
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

async function withThread<T>(work: (thread: EvaluationThread) => Promise<T>): Promise<T> {
  const worker = new Worker(new URL('./evaluation.worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
  });
  const ended = new AbortController();
  worker.once('exit', () => ended.abort());
  // `once` below rejects with it while somebody waits; without this it would end the process when nobody does.
  worker.on('error', () => {});
  const call: EvaluationThread['call'] = async (name, input) => {
    const request: JobRequest = { name, input };
    worker.postMessage(request);
    const answered = once(worker, 'message', { signal: ended.signal }) as Promise<[JobAnswer]>;
    const [answer] = await answered.catch((cause: unknown) => {
      throw new GigascopeError('OUT_OF_MEMORY', 'the evaluating thread ended', { cause });
    });
    if ('error' in answer) throw new GigascopeError(answer.error.code, answer.error.detail);
    return answer.output as never;
  };
  try {
    return await work({ call });
  } finally {
    await worker.terminate();
  }
}
