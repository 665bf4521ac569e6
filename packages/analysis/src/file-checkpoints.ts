import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Block, Stamp } from '@gigascope/contracts';
import type { Checkpoints } from './checkpoints.ts';
import { writeFileWhole } from './write-file.ts';

const DIGEST_BYTES = 32;
const BLOCK_FILE = /^block-(\d+)\.f32$/;

/**
 * Checkpoints as files: DIR/block-<index>.f32 holds a SHA-256 and then the predictions as little-endian float32.
 * A file that is damaged, or was written under another stamp or for another block, is not used and removed.
 */
export class FileCheckpoints implements Checkpoints {
  readonly #folder: string;
  readonly #stamp: string;

  constructor(folder: string, stamp: Stamp) {
    this.#folder = folder;
    this.#stamp = JSON.stringify(stamp);
  }

  async load(): Promise<ReadonlyMap<number, Float32Array<ArrayBuffer>>> {
    await mkdir(this.#folder, { recursive: true });
    const found = new Map<number, Float32Array<ArrayBuffer>>();
    for (const name of await readdir(this.#folder)) {
      const index = Number(BLOCK_FILE.exec(name)?.[1]);
      const predictions = Number.isNaN(index) ? undefined : await this.#read(join(this.#folder, name), index);
      if (predictions === undefined) await rm(join(this.#folder, name), { recursive: true, force: true });
      else found.set(index, predictions);
    }
    return found;
  }

  async save(block: Block, predictions: Float32Array<ArrayBuffer>): Promise<void> {
    const bytes = new Uint8Array(predictions.buffer, predictions.byteOffset, predictions.byteLength);
    const path = join(this.#folder, `block-${block.index}.f32`);
    await writeFileWhole(path, Buffer.concat([this.#digest(block.index, bytes), bytes]));
  }

  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Stamp and index are part of what is hashed, so that no other analysis's or block's checkpoint is mistaken for this one. */
  #digest(index: number, predictions: Uint8Array): Uint8Array {
    return createHash('sha256').update(this.#stamp).update(`block ${index}`).update(predictions).digest();
  }

  async #read(path: string, index: number): Promise<Float32Array<ArrayBuffer> | undefined> {
    const file = await readFile(path);
    const body = Uint8Array.from(file.subarray(DIGEST_BYTES));
    const intact = body.byteLength % 4 === 0 && file.subarray(0, DIGEST_BYTES).equals(this.#digest(index, body));
    return intact ? new Float32Array(body.buffer) : undefined;
  }
}
