import type { AnalysisProgress } from '@gigascope/contracts/http';
import type { EventData } from '@gigascope/store';

export interface ProgressMoment {
  /** When the slide was planned and inference began; null before. */
  readonly blocksStartedAt: Date | null;
  readonly at: Date;
  readonly queuePosition: number | null;
}

/** Derives the stage, and the rate and time left from the cells done so far; both are null outside 'blocks'. */
export function presentProgress(data: Omit<EventData, 'code'>, moment: ProgressMoment): AnalysisProgress {
  const { state, blocksDone, blocksTotal, cellsDone, cellsTotal } = data;
  const stage = stageOf(data, moment.blocksStartedAt);
  const seconds = moment.blocksStartedAt === null ? 0 : (moment.at.getTime() - moment.blocksStartedAt.getTime()) / 1000;
  const rate = state === 'running' && stage === 'blocks' && seconds > 0 && cellsDone > 0 ? cellsDone / seconds : null;
  return {
    stage,
    blocksDone,
    blocksTotal,
    cellsDone,
    cellsTotal,
    patchesPerSecond: rate,
    etaSeconds: rate === null ? null : (cellsTotal - cellsDone) / rate,
    queuePosition: state === 'queued' ? moment.queuePosition : null,
  };
}

function stageOf(
  { state, blocksDone, blocksTotal }: Omit<EventData, 'code'>,
  blocksStartedAt: Date | null,
): AnalysisProgress['stage'] {
  if (state === 'queued') return 'queued';
  if (state === 'succeeded') return 'finish';
  if (blocksStartedAt === null && blocksTotal === 0) return 'plan';
  return blocksDone < blocksTotal ? 'blocks' : 'finish';
}
