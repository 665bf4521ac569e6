import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnalysisResult, engineProtocol } from '@gigascope/contracts';
import type { ServiceClient } from '@gigascope/processes';
import { writeFileWhole } from '../write-file.ts';

const FILE = /^activation-\d+\.png$/;

/**
 * Writes activation-<rank>.png of the `count` best lesions into `folder`, in place of those of an earlier run. The slide is open in
 * the engine for stage 0.
 */
export async function writeActivations(
  folder: string,
  { lesions }: Pick<AnalysisResult, 'lesions'>,
  count: number,
  engine: ServiceClient<typeof engineProtocol>,
  analysisId: string,
): Promise<void> {
  for (const name of await readdir(folder)) if (FILE.test(name)) await rm(join(folder, name));
  for (const { rank, xL0, yL0 } of lesions.slice(0, count)) {
    const { png } = await engine.call('activationPicture', { analysisId, stage: 0, xL0, yL0 });
    await writeFileWhole(join(folder, `activation-${rank}.png`), png);
  }
}
