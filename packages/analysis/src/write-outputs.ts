import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Findings, renderOutputs } from './render-outputs.ts';
import { writeFileWhole } from './write-file.ts';

const PARTIAL_FOLDER = '.partial';

/**
 * Writes everything that an analysis leaves in `folder`: first into a folder beside it, then moved into place, with
 * result.json last, so that a folder with a result.json is complete.
 */
export async function writeOutputs(folder: string, findings: Findings): Promise<void> {
  const files = await renderOutputs(findings);
  const partial = join(folder, PARTIAL_FOLDER);
  await rm(partial, { recursive: true, force: true });
  try {
    await mkdir(partial, { recursive: true });
    for (const { name, content } of files) await writeFileWhole(join(partial, name), content);
    await rm(join(folder, 'result.json'), { force: true });
    for (const { name } of files) await rename(join(partial, name), join(folder, name));
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
