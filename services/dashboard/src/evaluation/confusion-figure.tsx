import type { Evaluation } from '@gigascope/contracts/http';
import type { JSX } from 'preact';
import { formatCount, formatProbability, formatShare } from '../format.ts';
import { t } from '../i18n/language.ts';
import { PointTable } from './point-table.tsx';

const CELL = 110;
const [LEFT, TOP] = [70, 44];
/** Of a square of all slides of its row: text on it keeps its contrast, by day and by night. */
const DEEPEST = 0.6;

/** How many slides of each kind were called what: each row's share as the darkness of its squares, with the count in words. */
export function ConfusionFigure({ confusion }: Pick<Evaluation, 'confusion'>): JSX.Element {
  const { threshold, truePositives, falsePositives, trueNegatives, falseNegatives } = confusion;
  const names = [t('evaluation.isTumour'), t('evaluation.isNormal')];
  const rows = [
    [truePositives, falseNegatives],
    [falsePositives, trueNegatives],
  ] as const;
  const title = t('evaluation.confusion', { threshold: formatProbability(threshold) });
  return (
    <figure class="figure">
      <figcaption>
        <h3>{t('evaluation.confusionTitle')}</h3>
        <span class="hint">{title}</span>
      </figcaption>
      <svg
        class="plot is-matrix"
        role="img"
        aria-label={title}
        viewBox={`${-LEFT} ${-TOP} ${LEFT + 2 * CELL + 4} ${TOP + 2 * CELL + 4}`}
      >
        <text class="plot-axis" x={CELL} y={-26} text-anchor="middle">
          {t('evaluation.called')}
        </text>
        <text class="plot-axis" transform={`translate(-56 ${CELL}) rotate(-90)`} text-anchor="middle">
          {t('evaluation.truth')}
        </text>
        {names.map((name, k) => (
          <g key={name}>
            <text x={(k + 0.5) * CELL} y={-8} text-anchor="middle">
              {name}
            </text>
            <text transform={`translate(-10 ${(k + 0.5) * CELL}) rotate(-90)`} text-anchor="middle">
              {name}
            </text>
          </g>
        ))}
        {rows.map((row, k) =>
          row.map((count, column) => <Cell key={column} row={k} column={column} count={count} of={row[0] + row[1]} />),
        )}
      </svg>
      <PointTable
        heads={[`${t('evaluation.truth')} \\ ${t('evaluation.called')}`, ...names]}
        rows={rows.map((row, k) => [names[k] ?? '', ...row.map(formatCount)])}
      />
    </figure>
  );
}

interface CellProps {
  readonly row: number;
  readonly column: number;
  readonly count: number;
  /** All slides of the row. */
  readonly of: number;
}

function Cell({ row, column, count, of }: CellProps): JSX.Element {
  const share = of === 0 ? 0 : count / of;
  const [x, y] = [column * CELL, row * CELL];
  return (
    <g class={`matrix-cell ${row === column ? '' : 'is-wrong'}`}>
      <rect class="matrix-share" x={x} y={y} width={CELL} height={CELL} opacity={DEEPEST * share} />
      <rect class="plot-frame" x={x} y={y} width={CELL} height={CELL} />
      <text class="matrix-count" x={x + CELL / 2} y={y + CELL / 2 + 2} text-anchor="middle">
        {formatCount(count)}
      </text>
      <text x={x + CELL / 2} y={y + CELL / 2 + 22} text-anchor="middle">
        {of === 0 ? '–' : formatShare(share)}
      </text>
    </g>
  );
}
