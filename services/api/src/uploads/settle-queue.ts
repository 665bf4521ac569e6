import { GigascopeError, toGigascopeError } from '@gigascope/contracts';
import type { SlideRow, UploadRow } from '@gigascope/store';
import type { AppParts, Metrics } from '../app-parts.ts';
import { discard, type Settled, settleUpload } from './settle-upload.ts';

const AT_ONCE = 4;
/** In one process; the next start tries again. */
const MAX_TRIES = 5;

/** Uploads that are complete, on their way to a slide: a few at a time, each once at a time, in the order of arrival. */
export class SettleQueue {
  readonly #parts: AppParts;
  readonly #metrics: Metrics;
  readonly #underWay = new Map<string, Promise<Settled>>();
  readonly #tries = new Map<string, number>();
  readonly #waiting: (() => void)[] = [];
  readonly #closing: AbortSignal;
  readonly #onReady: (slide: SlideRow) => void;
  #running = 0;

  /** `onReady` hears of each new slide. */
  constructor(parts: AppParts, metrics: Metrics, closing: AbortSignal, onReady: (slide: SlideRow) => void) {
    this.#parts = parts;
    this.#metrics = metrics;
    this.#closing = closing;
    this.#onReady = onReady;
  }

  /**
   * Waits for the slide of an upload whose sender waits too: whatever fails leaves no file.
   * @throws GigascopeError as settleUpload does.
   */
  async settle(upload: UploadRow): Promise<Settled> {
    try {
      return await this.#once(upload);
    } catch (error) {
      await this.#giveUp(upload, toGigascopeError(error));
      throw error;
    }
  }

  /** The same with nobody waiting: what failed for no fault of the file is left for a later call, up to 5 times. */
  async settleLater(upload: UploadRow): Promise<void> {
    try {
      await this.#once(upload);
      this.#tries.delete(upload.id);
    } catch (cause) {
      const error = toGigascopeError(cause);
      const tries = (this.#tries.get(upload.id) ?? 0) + 1;
      this.#tries.set(upload.id, tries);
      if (this.#closing.aborted || (error.retryable && tries < MAX_TRIES)) return;
      this.#tries.delete(upload.id);
      await this.#giveUp(upload, error).catch(() => {});
    }
  }

  async #giveUp(upload: UploadRow, error: GigascopeError): Promise<void> {
    // Does nothing to one that was rejected.
    await this.#parts.store.uploads.fail(upload, error.code).catch(() => {});
    await discard(this.#parts, upload);
  }

  #once(upload: UploadRow): Promise<Settled> {
    const { id } = upload;
    const underWay = this.#underWay.get(id);
    if (underWay !== undefined) return underWay;
    const settled = this.#inTurn(upload).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, settled);
    return settled;
  }

  async #inTurn(upload: UploadRow): Promise<Settled> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      if (this.#closing.aborted) throw new GigascopeError('CANCELED');
      const settled = await settleUpload(this.#parts, upload, this.#closing);
      this.#metrics.uploads.inc({ outcome: settled.isNew ? 'accepted' : 'known' });
      if (settled.isNew) this.#onReady(settled.slide);
      return settled;
    } catch (error) {
      this.#metrics.uploads.inc({ outcome: toGigascopeError(error).code });
      throw error;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
