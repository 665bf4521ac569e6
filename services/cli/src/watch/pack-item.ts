import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import type { Item } from './find-items.ts';

/** The same files are the same bytes, so that an upload goes on after the command was killed. */
const ALWAYS = { compress: false, mode: 0o100644, mtime: new Date(1980, 0, 1), forceDosTimestamp: true } as const;

/** One file that holds an item, ready to be sent. */
export interface PackedItem extends AsyncDisposable {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Hashes an item; one of several files is put into a zip in `workFolder` first, which goes when this is disposed of. */
export async function packItem(
  folder: string,
  workFolder: string,
  item: Item,
  signal: AbortSignal,
): Promise<PackedItem> {
  const [only] = item.files;
  if (item.files.length === 1 && only !== undefined) {
    const path = join(folder, only.path);
    const sha256 = await hashOf(createReadStream(path), signal);
    return {
      ...{ path, name: item.name, sizeBytes: only.sizeBytes, sha256 },
      [Symbol.asyncDispose]: async () => {},
    };
  }
  await mkdir(workFolder, { recursive: true });
  const path = join(workFolder, `${basename(item.name)}.zip`);
  const dispose = (): Promise<void> => rm(path, { force: true });
  try {
    const zip = new yazl.ZipFile();
    for (const file of item.files) zip.addFile(join(folder, file.path), file.path, ALWAYS);
    zip.end();
    const failed = new Promise<never>((_, reject) => zip.once('error', reject));
    await Promise.race([pipeline(zip.outputStream as Readable, createWriteStream(path), { signal }), failed]);
    const sha256 = await hashOf(createReadStream(path), signal);
    const { size: sizeBytes } = await stat(path);
    return { path, name: `${item.name}.zip`, sizeBytes, sha256, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function hashOf(source: Readable, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(
    source,
    async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) hash.update(chunk);
    },
    { signal },
  );
  return hash.digest('hex');
}
