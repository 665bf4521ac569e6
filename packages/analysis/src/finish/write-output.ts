import { join } from 'node:path';
import type { OutputFileName } from '@gigascope/contracts/paths';
import { writeFileWhole } from '../write-file.ts';

/** Writes one output file and gives its name. */
export async function write(
  folder: string,
  name: OutputFileName,
  content: Uint8Array | string | AsyncIterable<string>,
): Promise<OutputFileName> {
  await writeFileWhole(join(folder, name), content);
  return name;
}
