import type { Attention } from '@gigascope/contracts/http';
import type { AttentionPeriod } from '@gigascope/store';

/** The periods as this clock would have shown them: the sender's may be wrong by hours. */
export function byServersClock({ sentAt, periods }: Attention, now: Date): readonly AttentionPeriod[] {
  const ahead = Date.parse(sentAt) - now.getTime();
  const here = (instant: string): Date => new Date(Date.parse(instant) - ahead);
  return periods.map(({ from, to }) => ({ from: here(from), to: here(to) }));
}
