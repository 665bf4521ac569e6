import type { Evaluation, ReaderStudy, RocFigure as Roc } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { formatFigure, formatProbability } from '../format.ts';
import { t } from '../i18n/language.ts';
import { bandPath, curvePath } from './curve.ts';
import { IntervalNote } from './interval-note.tsx';
import { Plot, SIDE } from './plot.tsx';
import { PointTable } from './point-table.tsx';

const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1].map((at) => ({ at, label: at.toFixed(1) }));
const MARKS = ['■', '▲', '◆', '✚', '★', '✖'];

interface RocFigureProps {
  readonly roc: Roc;
  readonly confusion: Evaluation['confusion'];
  readonly readers: ReaderStudy['readers'];
}

const pathOf = ({ points }: Roc): string =>
  curvePath(
    points.map(({ falsePositiveRate, sensitivity }) => ({ x: falsePositiveRate, y: sensitivity })),
    SIDE,
  );

/** Slides told apart by their score, the point at the threshold, and the readers' own points and curves. */
export function RocFigure({ roc, confusion, readers }: RocFigureProps): JSX.Element {
  const { truePositives, falsePositives, threshold } = confusion;
  const { positives, negatives, interval, auc } = roc;
  return (
    <figure class="figure">
      <figcaption>
        <h3>{t('evaluation.roc')}</h3>
        {auc !== null && <strong>{t('evaluation.auc', { auc: formatFigure(auc) })}</strong>}
        {interval && (
          <span class="hint">
            {t('evaluation.interval', { low: formatFigure(interval.low), high: formatFigure(interval.high) })}
          </span>
        )}
        <span class="hint">{t('evaluation.positives', { positives, negatives })}</span>
      </figcaption>
      <Plot
        label={t('evaluation.roc')}
        xLabel={t('evaluation.falsePositiveRate')}
        yLabel={t('evaluation.sensitivity')}
        xTicks={TICKS}
        yTicks={TICKS}
      >
        <line class="plot-chance" x1={0} y1={SIDE} x2={SIDE} y2={0} />
        <path
          class="plot-band"
          d={bandPath(
            roc.band.map(({ falsePositiveRate: x, low, high }) => ({ x, low, high })),
            SIDE,
            false,
          )}
        />
        <path class="plot-curve" d={pathOf(roc)} />
        {readers.map(({ reader, roc: own, timeLimited }, k) => (
          <g key={`${reader.id} ${timeLimited}`}>
            <path class="plot-reader" d={pathOf(own)} />
            {own.points.slice(1, -1).map(({ falsePositiveRate: x, sensitivity: y }) => (
              <text key={`${x} ${y}`} class="plot-mark" x={x * SIDE} y={(1 - y) * SIDE + 4} text-anchor="middle">
                {MARKS[k % MARKS.length]}
              </text>
            ))}
          </g>
        ))}
        {positives > 0 && negatives > 0 && (
          <circle
            class="plot-point"
            r={5}
            cx={(falsePositives / negatives) * SIDE}
            cy={(1 - truePositives / positives) * SIDE}
          />
        )}
      </Plot>
      {interval && <IntervalNote interval={interval} />}
      <p class="hint">● {t('evaluation.operating', { threshold: formatProbability(threshold) })}</p>
      <PointTable
        heads={[t('evaluation.falsePositiveRate'), t('evaluation.sensitivity')]}
        rows={roc.points.map((point) => [formatFigure(point.falsePositiveRate), formatFigure(point.sensitivity)])}
      />
    </figure>
  );
}

/** The mark of the k-th reader in the plot. */
export const markOf = (k: number): string => MARKS[k % MARKS.length] ?? '';
