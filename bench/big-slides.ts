import { analysedSlide } from './analysed-slide.ts';
import type { Benchmark, BenchmarkRow, Size } from './benchmark.ts';
import { fitLine, relativeError } from './line-fit.ts';
import { phantomSlide } from './phantom-slide.ts';

const OUT = 'var/big-slides';
const SIDES_PX: Readonly<Record<Size, readonly number[]>> = {
  small: [1_000, 2_000, 3_000],
  full: [10_000, 20_000, 35_000, 50_000],
  large: [10_000, 20_000, 35_000, 50_000, 100_000],
};
const LIMIT_BYTES = 1.5e9;
/** How far the worst slide may lie from the line through all of them. */
const MAX_DEVIATION = 0.1;

/** Slides up to gigapixels: whether time goes with the tissue's area, and memory with nothing. */
export const bigSlides: Benchmark = {
  description: 'analyze on phantoms of up to 50,000² px, with --large of 100,000² px, too',
  async run(say, size) {
    const command = `npm run bench -- big-slides${size === 'full' ? '' : ` --${size}`}`;
    const points: { x: number; y: number }[] = [];
    const rows: BenchmarkRow[] = [];
    for (const sidePx of SIDES_PX[size]) {
      const slide = await phantomSlide({ widthPx: sidePx, heightPx: sidePx }, say);
      const run = await analysedSlide(slide, OUT);
      const name = `${sidePx.toLocaleString('en')}² px`;
      const [engine, analyze] = [run.engineBytes, run.commandBytes].map((bytes) => `${(bytes / 1e9).toFixed(2)} GB`);
      say(`${name}: ${run.tissueMm2.toFixed(1)} mm², ${run.patches} patches, ${run.seconds.toFixed(1)} s`);
      points.push({ x: run.tissueMm2, y: run.seconds });
      const largest = Math.max(run.engineBytes, run.commandBytes);
      rows.push({
        name: `phantom of ${name}: peak memory of a process`,
        goal: '≤ 1.5 GB',
        reached: `${(largest / 1e9).toFixed(2)} GB`,
        met: largest <= LIMIT_BYTES,
        peer: `engine ${engine}, command ${analyze}; ${run.seconds.toFixed(1)} s for ${run.tissueMm2.toFixed(1)} mm² of tissue`,
        command,
      });
    }
    const line = fitLine(points);
    const worst = Math.max(...points.map((point) => relativeError(line, point)));
    const seconds = points.map(({ y }) => y.toFixed(1)).join(', ');
    rows.push({
      name: 'big slides: worst deviation from time = a + b · tissue',
      goal: `≤ ${MAX_DEVIATION}`,
      reached: Number(worst.toFixed(3)),
      met: worst <= MAX_DEVIATION,
      peer: `a = ${line.intercept.toFixed(2)} s, b = ${line.slope.toFixed(3)} s/mm²; ${seconds} s`,
      command,
    });
    return rows;
  },
};
