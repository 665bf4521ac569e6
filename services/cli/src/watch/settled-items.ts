import { type Item, signatureOf } from './find-items.ts';

interface Seen {
  readonly signature: string;
  readonly sinceMs: number;
}

/**
 * Tells which items have stayed as they are for so long. By this process's own clock: that of a network share may be another,
 * and a scanner may set a file's time as it likes.
 */
export class SettledItems {
  readonly #settleMs: number;
  #seen = new Map<string, Seen>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** Of what was found at `nowMs`, what is settled; an empty file is still to be written. */
  look(items: readonly Item[], nowMs: number): readonly Item[] {
    const seen = new Map<string, Seen>();
    const settled = items.filter((item) => {
      const signature = signatureOf(item);
      const before = this.#seen.get(item.name);
      const sinceMs = before?.signature === signature ? before.sinceMs : nowMs;
      seen.set(item.name, { signature, sinceMs });
      const isWritten = item.files.some(({ sizeBytes }) => sizeBytes > 0);
      return isWritten && nowMs - sinceMs >= this.#settleMs;
    });
    this.#seen = seen;
    return settled;
  }
}
