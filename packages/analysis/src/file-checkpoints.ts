import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Block, Stamp } from '@gigascope/contracts';
import type { Checkpoints } from './checkpoints.ts';
import { writeFileWhole } from './write-file.ts';

const DIGEST_BYTES = 32;
const BLOCK_FILE = /^block-(\d+)\.bin$/;

/**
 * Checkpoints as files: DIR/block-<index>.bin holds a SHA-256 and then the block's output.
 * A file that is damaged, or was written under another stamp or for another block, is not used and removed.
 */
export class FileCheckpoints implements Checkpoints {
  readonly #folder: string;
  readonly #stamp: string;

  constructor(folder: string, stamp: Stamp) {
    this.#folder = folder;
    this.#stamp = JSON.stringify(stamp);
  }

  async load(blocks: readonly Block[]): Promise<ReadonlyMap<number, Uint8Array<ArrayBuffer>>> {
    await mkdir(this.#folder, { recursive: true });
    const wanted = new Map(blocks.map((block) => [block.index, block]));
    const found = new Map<number, Uint8Array<ArrayBuffer>>();
    for (const name of await readdir(this.#folder)) {
      const block = wanted.get(Number(BLOCK_FILE.exec(name)?.[1]));
      const output = block && (await this.#read(join(this.#folder, name), block));
      if (block === undefined || output === undefined)
        await rm(join(this.#folder, name), { recursive: true, force: true });
      else found.set(block.index, output);
    }
    return found;
  }

  async save(block: Block, output: Uint8Array<ArrayBuffer>): Promise<void> {
    const path = join(this.#folder, `block-${block.index}.bin`);
    await writeFileWhole(path, Buffer.concat([this.#digest(block, output), output]));
  }

  /** Stamp and place are part of what is hashed, so that no other analysis's or block's checkpoint is mistaken for this one. */
  #digest({ index, colHeat, rowHeat, columns, rows }: Block, output: Uint8Array): Uint8Array {
    const place = `block ${index}: ${columns} × ${rows} from ${colHeat}, ${rowHeat}`;
    return createHash('sha256').update(this.#stamp).update(place).update(output).digest();
  }

  async #read(path: string, block: Block): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const file = await readFile(path);
    const body = Uint8Array.from(file.subarray(DIGEST_BYTES));
    const intact = file.subarray(0, DIGEST_BYTES).equals(this.#digest(block, body));
    return intact ? body : undefined;
  }
}
