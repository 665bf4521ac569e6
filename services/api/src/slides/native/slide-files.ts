import { type FileHandle, open } from 'node:fs/promises';
import { readCached } from '@gigascope/cached-read';
import { LRUCache } from 'lru-cache';

const MAX_OPEN = 64;
/** A deleted slide's disk space is free when nobody holds it open any more. */
const IDLE_MS = 30_000;

/** Files of slides kept open between reads, the least recently read closed first, and each that rests for half a minute. */
export class SlideFiles {
  readonly #open = new LRUCache<string, FileHandle>({
    ...{ max: MAX_OPEN, ttl: IDLE_MS, ttlAutopurge: true, updateAgeOnGet: true },
    // Waits for reads that are under way.
    dispose: (file) => void file.close().catch(() => {}),
  });

  /** Fills `into` with the bytes of a file from `offset` on; false where it ends before. */
  async read(path: string, offset: number, into: Uint8Array): Promise<boolean> {
    const cachedIn = this.#open.get(path) ?? (await this.#opened(path));
    let done = readCached(cachedIn.fd, into, offset);
    while (done < into.length) {
      const file = this.#open.get(path) ?? (await this.#opened(path));
      const { bytesRead } = await file.read(into, done, into.length - done, offset + done);
      if (bytesRead === 0) return false;
      done += bytesRead;
    }
    return true;
  }

  close(): void {
    this.#open.clear();
  }

  async #opened(path: string): Promise<FileHandle> {
    const file = await open(path, 'r');
    const other = this.#open.get(path);
    if (other === undefined) {
      this.#open.set(path, file);
      return file;
    }
    await file.close();
    return this.#open.get(path) ?? other;
  }
}
