import type { AnalysisProgress } from '@gigascope/contracts/http';
import type { EventData, QueuePlace } from '@gigascope/store';

export interface ProgressMoment {
  /** When the slide was planned and inference began; null before. */
  readonly blocksStartedAt: Date | null;
  readonly at: Date;
  readonly queuePlace: QueuePlace | null;
}

/** Derives the stage, and the rate and time left: in 'blocks' from the cells done so far, in 'queued' from its place. */
export function presentProgress(data: Omit<EventData, 'code'>, moment: ProgressMoment): AnalysisProgress {
  const { state, blocksDone, blocksTotal, cellsDone, cellsTotal } = data;
  const stage = stageOf(data, moment.blocksStartedAt);
  const seconds = moment.blocksStartedAt === null ? 0 : (moment.at.getTime() - moment.blocksStartedAt.getTime()) / 1000;
  const place = state === 'queued' ? moment.queuePlace : null;
  const rate = state === 'running' && stage === 'blocks' && seconds > 0 && cellsDone > 0 ? cellsDone / seconds : null;
  return {
    stage,
    blocksDone,
    blocksTotal,
    cellsDone,
    cellsTotal,
    patchesPerSecond: rate,
    etaSeconds: rate === null ? (place?.etaSeconds ?? null) : (cellsTotal - cellsDone) / rate,
    queuePosition: place?.position ?? null,
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
