import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileWhole } from '@gigascope/analysis';
import { z } from 'zod';

const Stored = z.record(z.string(), z.string());

/** Where uploads under way go on, in a file that outlives this process: hash of the bytes and server → the upload's address. */
export class UploadAddresses {
  readonly #path: string;
  readonly #addresses: Map<string, string>;

  private constructor(path: string, addresses: Map<string, string>) {
    this.#path = path;
    this.#addresses = addresses;
  }

  /** A file that is not there or not readable holds none: then uploads begin anew. */
  static async open(path: string): Promise<UploadAddresses> {
    const text = await readFile(path, 'utf8').catch(() => '{}');
    const stored = Stored.safeParse(parsed(text));
    return new UploadAddresses(path, new Map(Object.entries(stored.data ?? {})));
  }

  get(key: string): string | undefined {
    return this.#addresses.get(key);
  }

  /** undefined forgets it. */
  async set(key: string, address: string | undefined): Promise<void> {
    if (address === undefined) this.#addresses.delete(key);
    else this.#addresses.set(key, address);
    await mkdir(dirname(this.#path), { recursive: true });
    await writeFileWhole(this.#path, Buffer.from(JSON.stringify(Object.fromEntries(this.#addresses))));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
