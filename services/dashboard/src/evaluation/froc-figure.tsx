import type { Evaluation } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { formatFigure, formatProbability } from '../format.ts';
import { t } from '../i18n/language.ts';
import { bandPath, frocPosition, operatingPoint, stepPath } from './curve.ts';
import { IntervalNote } from './interval-note.tsx';
import { Plot, SIDE } from './plot.tsx';
import { PointTable } from './point-table.tsx';

const AT = [0.25, 0.5, 1, 2, 4, 8];
const NAMES = ['1/4', '1/2', '1', '2', '4', '8'];
const SHARES = [0, 0.2, 0.4, 0.6, 0.8, 1].map((at) => ({ at, label: at.toFixed(1) }));

interface FrocFigureProps {
  readonly froc: NonNullable<Evaluation['froc']>;
  readonly threshold: number;
}

/** Lesions found over false positives per slide, with the interval as a band and the point at the threshold. */
export function FrocFigure({ froc, threshold }: FrocFigureProps): JSX.Element {
  // From the highest threshold down, which is from left to right.
  const curve = froc.curve.toReversed();
  const points = curve.flatMap(({ falsePositivesPerSlide, sensitivity }) =>
    sensitivity === null ? [] : [{ x: frocPosition(falsePositivesPerSlide), y: sensitivity }],
  );
  const last = points.at(-1);
  const whole = last === undefined ? points : [...points, { x: 1, y: last.y }];
  const here = operatingPoint(curve, threshold);
  const { interval } = froc;
  const band = froc.band.map(({ falsePositivesPerSlide, low, high }) => ({
    ...{ x: frocPosition(falsePositivesPerSlide), low, high },
  }));
  return (
    <figure class="figure">
      <figcaption>
        <h3>{t('evaluation.froc')}</h3>
        {froc.score !== null && <strong>{t('evaluation.score', { score: formatFigure(froc.score) })}</strong>}
        {interval && (
          <span class="hint">
            {t('evaluation.interval', { low: formatFigure(interval.low), high: formatFigure(interval.high) })}
          </span>
        )}
        <span class="hint">
          {t('evaluation.slides', { count: froc.slides })}, {t('evaluation.lesions', { count: froc.lesions })}
        </span>
      </figcaption>
      <Plot
        label={t('evaluation.froc')}
        xLabel={t('evaluation.falsePositives')}
        yLabel={t('evaluation.sensitivity')}
        xTicks={AT.map((value, k) => ({ at: frocPosition(value), label: NAMES[k] ?? '' }))}
        yTicks={SHARES}
      >
        <path class="plot-band" d={bandPath(band, SIDE, true)} />
        <path class="plot-curve" d={stepPath(whole, SIDE)} />
        {here?.sensitivity != null && (
          <circle
            class="plot-point"
            r={5}
            cx={frocPosition(here.falsePositivesPerSlide) * SIDE}
            cy={(1 - here.sensitivity) * SIDE}
          />
        )}
      </Plot>
      {interval && <IntervalNote interval={interval} />}
      {here !== null && <p class="hint">● {t('evaluation.operating', { threshold: formatProbability(threshold) })}</p>}
      <PointTable
        heads={[t('evaluation.falsePositives'), t('evaluation.sensitivity')]}
        rows={froc.sensitivities.map((value, k) => [NAMES[k] ?? '', value === null ? '–' : formatFigure(value)])}
      />
    </figure>
  );
}
