import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OUTPUT_FILES, type OutputFileName } from '@gigascope/contracts/paths';
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
    // What an analysis by another task left here would be taken for this one's.
    const stale = Object.keys(OUTPUT_FILES).filter((name) => !files.includes(name as OutputFileName));
    for (const name of stale) await rm(join(folder, name), { force: true });
    for (const name of files) await rename(join(partial, name), join(folder, name));
    return result;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
