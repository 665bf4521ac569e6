import { createHash, type Hash } from 'node:crypto';

const MAX_REMEMBERED = 256;

interface Running {
  readonly hash: Hash;
  readonly sizeBytes: number;
}

/** SHA-256 of drafts as far as they are written, in this process's memory; the oldest beyond 256 are forgotten. */
export class RunningHashes {
  readonly #running = new Map<string, Running>();

  /** To go on with, of a draft's first `sizeBytes`; undefined when that is not known here. */
  at(key: string, sizeBytes: number): Hash | undefined {
    if (sizeBytes === 0) return createHash('sha256');
    const running = this.#running.get(key);
    return running?.sizeBytes === sizeBytes ? running.hash.copy() : undefined;
  }

  remember(key: string, hash: Hash | undefined, sizeBytes: number): void {
    this.#running.delete(key);
    if (hash !== undefined) this.#running.set(key, { hash, sizeBytes });
    const [oldest] = this.#running.keys();
    if (this.#running.size > MAX_REMEMBERED && oldest !== undefined) this.#running.delete(oldest);
  }

  forget(key: string): void {
    this.#running.delete(key);
  }
}
