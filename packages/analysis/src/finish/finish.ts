import { join } from 'node:path';
import { GigascopeError } from '@gigascope/contracts';
import { writeFileWhole } from '../write-file.ts';
import type { Findings, TaskFindings } from './findings.ts';
import { finishC4d } from './finish-c4d.ts';
import { finishClassify } from './finish-classify.ts';
import { finishCoarseToFine } from './finish-coarse-to-fine.ts';
import { finishDetect } from './finish-detect.ts';
import { finishSegment } from './finish-segment.ts';
import type { FinishInput, StageInput } from './stage-outcome.ts';

/**
 * Turns the outputs of all blocks into findings, and writes every file that the analysis leaves into `folder`, which exists and
 * is empty. The same input gives the same bytes. Memory is bounded whatever the slide's size, but for boxes and heatmap.
 */
export async function finish(folder: string, input: FinishInput): Promise<Findings> {
  const found = await finishByTask(folder, input);
  await writeFileWhole(join(folder, 'result.json'), `${JSON.stringify(found.result, null, 2)}\n`);
  return { ...found, files: [...found.files, 'result.json'] };
}

async function finishByTask(folder: string, input: FinishInput): Promise<TaskFindings> {
  if (input.manifest.task === 'pipeline') {
    const { manifest } = input;
    const finishStages = manifest.grading === 'banff-c4d' ? finishC4d : finishCoarseToFine;
    return await finishStages(folder, { ...input, manifest });
  }
  const [stage] = input.stages;
  if (stage === undefined) throw new GigascopeError('INTERNAL', 'an analysis without a stage');
  const only: StageInput<typeof stage.manifest> = { ...input, ...stage };
  const { manifest } = stage;
  switch (manifest.task) {
    case 'classify':
      return await finishClassify(folder, { ...only, manifest });
    case 'detect':
      return await finishDetect(folder, { ...only, manifest });
    case 'segment':
      return await finishSegment(folder, { ...only, manifest });
  }
}
