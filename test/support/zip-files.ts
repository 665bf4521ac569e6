import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';

export interface ZipOptions {
  readonly compress?: boolean;
  /** Unix mode of every file, such as a link's. */
  readonly mode?: number;
}

/** A zip of these files, in their order. */
export async function zipFiles(
  files: Iterable<readonly [path: string, bytes: Buffer]>,
  { compress = true, mode = 0o100644 }: ZipOptions = {},
): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [path, bytes] of files) zip.addBuffer(bytes, path, { compress, mode });
  zip.end();
  return buffer(zip.outputStream as Readable);
}
