import type { FileHandle } from 'node:fs/promises';

/** So much waits at most while as much is being written: 512 KiB. */
const WAITING_BYTES = 2 ** 19;

/**
 * Writes a file on from an offset while its caller does other things, such as hashing. Chunks that come while a write is under
 * way go out together in the next one; they must not change until `flush` is over.
 */
export class BackgroundWriter {
  readonly #file: FileHandle;
  #writtenBytes: number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(file: FileHandle, offset: number) {
    this.#file = file;
    this.#writtenBytes = offset;
  }

  /** Up to here the file holds everything. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** Takes a chunk; resolves when there is room for another. @throws the system's error of this or an earlier chunk. */
  async add(chunk: Uint8Array): Promise<void> {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.byteLength;
    this.#writing ??= this.#writeWaiting();
    if (this.#waitingBytes >= WAITING_BYTES) await this.#writing;
    if (this.#failure) throw this.#failure.error;
  }

  /** Waits until all is written. @throws the system's error of any chunk. */
  async flush(): Promise<void> {
    while (this.#writing) await this.#writing;
    if (this.#failure) throw this.#failure.error;
  }

  /** Never rejects, since often nobody waits. */
  async #writeWaiting(): Promise<void> {
    const chunks = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    try {
      await this.#writeAll(chunks);
    } catch (error) {
      this.#failure ??= { error };
    }
    const isMore = this.#waiting.length > 0 && !this.#failure;
    this.#writing = isMore ? this.#writeWaiting() : undefined;
  }

  async #writeAll(chunks: readonly Uint8Array[]): Promise<void> {
    for (let rest = chunks; rest.length > 0; ) {
      const { bytesWritten } = await this.#file.writev(rest, this.#writtenBytes);
      this.#writtenBytes += bytesWritten;
      rest = after(rest, bytesWritten);
    }
  }
}

/** What is left of chunks behind their first bytes. */
function after(chunks: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let skip = bytes;
  for (const [i, chunk] of chunks.entries()) {
    if (skip < chunk.byteLength) return [chunk.subarray(skip), ...chunks.slice(i + 1)];
    skip -= chunk.byteLength;
  }
  return [];
}
