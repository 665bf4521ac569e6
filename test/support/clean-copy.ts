import { open, writeFile } from 'node:fs/promises';
import { openSlide, planCleanCopy } from '@gigascope/tiling';
import { cleanBytes } from '../../services/api/src/slides/clean-bytes.ts';

/** Writes the clean copy of a slide as the API would send it, from a byte on; returns its bytes. */
export async function writeCleanCopy(path: string, out: string, start = 0): Promise<Buffer> {
  await using reader = await openSlide(path);
  const plan = await planCleanCopy(path, reader.metadata);
  await using file = await open(path, 'r');
  const source = file.createReadStream({ start, end: plan.sizeBytes - 1, highWaterMark: 4093, autoClose: false });
  const chunks: Buffer[] = [];
  for await (const chunk of cleanBytes(source, start, plan)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  await writeFile(out, bytes);
  return bytes;
}
