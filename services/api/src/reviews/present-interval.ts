import type { RocFigure } from '@gigascope/contracts/http';
import type { BootstrapInterval } from '@gigascope/findings';

export function presentInterval(interval: BootstrapInterval | null): RocFigure['interval'] {
  if (interval === null) return null;
  const { low, high, level, resamples, seed } = interval;
  return { low, high, level, resamples, seed };
}
