import { setTimeout as sleep } from 'node:timers/promises';
import { toGigascopeError } from '@gigascope/contracts';
import { measureSlide, type QualityParts } from './measure-slide.ts';

interface Waiting {
  readonly tenantId: string;
  readonly id: string;
  readonly tries: number;
}

/** In one process; the next start tries again. */
const MAX_TRIES = 5;
const AGAIN_AFTER_MS = 2_000;

/** Slides whose quality is to be measured, one at a time, behind everything else; nothing waits for it. */
export class QualityQueue {
  readonly #parts: QualityParts;
  readonly #closing: AbortSignal;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(parts: QualityParts, closing: AbortSignal) {
    this.#parts = parts;
    this.#closing = closing;
  }

  add(tenantId: string, id: string): void {
    this.#waiting.push({ tenantId, id, tries: 1 });
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Those that an earlier process did not get to. */
  async takeUp(): Promise<void> {
    const { store } = this.#parts;
    for (const { id: tenantId } of await store.tenants.list())
      for (const id of await store.slides.withoutQuality(tenantId)) this.add(tenantId, id);
  }

  /** Resolves when the one under way has ended; after `closing` no other begins. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Not within the request that added it.
    await sleep(0);
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (this.#closing.aborted) return;
      await this.#measure(next);
    }
  }

  async #measure(waiting: Waiting): Promise<void> {
    const { store } = this.#parts;
    const { tenantId, id, tries } = waiting;
    try {
      const slide = await store.slides.get(tenantId, id);
      if (slide?.state === 'ready' && slide.quality === null) await measureSlide(this.#parts, slide);
    } catch (cause) {
      const error = toGigascopeError(cause);
      if (this.#closing.aborted) return;
      if (error.retryable && error.code !== 'NATIVE_CRASH') {
        if (tries >= MAX_TRIES) return;
        this.#waiting.push({ ...waiting, tries: tries + 1 });
        await sleep(AGAIN_AFTER_MS, undefined, { signal: this.#closing }).catch(() => {});
        return;
      }
      const failed = { state: 'failed', errorCode: error.code } as const;
      await store.slides.setQuality(tenantId, id, failed).catch(() => {});
    }
  }
}
