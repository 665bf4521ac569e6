import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Findings } from './finish/findings.ts';
import { finish } from './finish/finish.ts';
import type { FinishInput } from './finish/stage-outcome.ts';

const PARTIAL_FOLDER = '.partial';

/**
 * Finishes an analysis in `folder`: everything is written into a folder inside it first, then moved into place, with
 * result.json last, so that a folder with a result.json is complete.
 */
export async function writeOutputs(folder: string, input: FinishInput): Promise<Findings['result']> {
  const partial = join(folder, PARTIAL_FOLDER);
  await rm(partial, { recursive: true, force: true });
  try {
    await mkdir(partial, { recursive: true });
    const { result, files } = await finish(partial, input);
    await rm(join(folder, 'result.json'), { force: true });
    for (const name of files) await rename(join(partial, name), join(folder, name));
    return result;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
