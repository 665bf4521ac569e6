import type { RunSettings } from '@gigascope/contracts';

export type Shape = Pick<RunSettings, 'sessions' | 'threads'>;

/** What of the settings somebody stated; the rest may be chosen. */
export interface Stated {
  readonly threads?: number | undefined;
  readonly batchSize?: number | undefined;
}

const USUAL_BATCH = 32;
const LARGEST_BATCH = { cpu: 64, cuda: 128 } as const;
/** Powers of two that are tried, from the largest batch down. */
const BATCHES = 5;
/** Copies of a network that are worth their memory. */
const MAX_SESSIONS = 4;

/** What is used without a calibration: one session with all processors. `largest` bounds the batch. */
export function usualSettings(stated: Stated, processors: number, largest = Number.POSITIVE_INFINITY): RunSettings {
  const batchSize = Math.min(stated.batchSize ?? USUAL_BATCH, largest);
  return { sessions: 1, threads: stated.threads ?? processors, batchSize };
}

/** How the processors may be shared out, the usual way first: one session on all, on all but the reader's, or several with fewer threads each. */
export function shapesFor(
  { threads }: Stated,
  processors: number,
  provider: 'cpu' | 'cuda',
): readonly [Shape, ...Shape[]] {
  const usual = { sessions: 1, threads: threads ?? processors };
  if (threads !== undefined || provider !== 'cpu' || processors === 1) return [usual];
  const several = [2, MAX_SESSIONS].filter((sessions) => sessions <= processors);
  const sharing = several.map((sessions) => ({ sessions, threads: Math.floor(processors / sessions) }));
  return [usual, { sessions: 1, threads: processors - 1 }, ...sharing];
}

/** Powers of two, ascending, of which none is larger than `largest`. */
export function batchesFor({ batchSize }: Stated, provider: 'cpu' | 'cuda', largest: number): readonly number[] {
  if (batchSize !== undefined) return [Math.min(batchSize, largest)];
  const most = Math.floor(Math.log2(Math.min(largest, LARGEST_BATCH[provider])));
  const least = Math.max(0, most - BATCHES + 1);
  return Array.from({ length: most - least + 1 }, (_, i) => 2 ** (least + i));
}
