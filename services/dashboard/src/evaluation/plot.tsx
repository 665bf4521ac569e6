import type { ComponentChildren, JSX } from 'preact';

export const SIDE = 260;
const [LEFT, BELOW, TOP, RIGHT] = [46, 42, 8, 12];

export interface Tick {
  /** 0 … 1 along the axis. */
  readonly at: number;
  readonly label: string;
}

interface PlotProps {
  readonly label: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** SVG in a square of SIDE, from its top left. */
  readonly children: ComponentChildren;
}

/** Axes with a grid around a square; what is drawn stands in a table beside it too. */
export function Plot({ label, xLabel, yLabel, xTicks, yTicks, children }: PlotProps): JSX.Element {
  return (
    <svg
      class="plot"
      role="img"
      aria-label={label}
      viewBox={`${-LEFT} ${-TOP} ${LEFT + SIDE + RIGHT} ${TOP + SIDE + BELOW}`}
    >
      {xTicks.map(({ at, label: text }) => (
        <g key={text}>
          <line class="plot-grid" x1={at * SIDE} x2={at * SIDE} y1={0} y2={SIDE} />
          <text x={at * SIDE} y={SIDE + 15} text-anchor="middle">
            {text}
          </text>
        </g>
      ))}
      {yTicks.map(({ at, label: text }) => (
        <g key={text}>
          <line class="plot-grid" x1={0} x2={SIDE} y1={(1 - at) * SIDE} y2={(1 - at) * SIDE} />
          <text x={-6} y={(1 - at) * SIDE + 4} text-anchor="end">
            {text}
          </text>
        </g>
      ))}
      <rect class="plot-frame" width={SIDE} height={SIDE} />
      {children}
      <text class="plot-axis" x={SIDE / 2} y={SIDE + 34} text-anchor="middle">
        {xLabel}
      </text>
      <text class="plot-axis" transform={`translate(-36 ${SIDE / 2}) rotate(-90)`} text-anchor="middle">
        {yLabel}
      </text>
    </svg>
  );
}
