import type { RocFigure } from '@gigascope/contracts/http';
import { rocAuc, rocBand, rocCurve, type ScoredCase } from '@gigascope/findings';
import { presentInterval } from './present-interval.ts';

/** Curve, area and interval of one reader or model; without them where only one kind of slides is there. */
export function rocFigure(cases: readonly ScoredCase[]): RocFigure {
  const positives = cases.filter(({ positive }) => positive).length;
  const negatives = cases.length - positives;
  if (positives === 0 || negatives === 0)
    return { positives, negatives, auc: null, interval: null, band: [], points: [] };
  const { auc, interval } = rocAuc(cases);
  const band = rocBand(cases).map(({ at, ...ends }) => ({ falsePositiveRate: at, ...ends }));
  return { positives, negatives, auc, interval: presentInterval(interval), band, points: rocCurve(cases) };
}
