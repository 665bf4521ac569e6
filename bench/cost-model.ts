import { analysedSlide } from './analysed-slide.ts';
import type { Benchmark, Size } from './benchmark.ts';
import { fitLine, leaveOneOutErrors } from './line-fit.ts';
import { type PhantomSlide, phantomSlide } from './phantom-slide.ts';

const OUT = 'var/cost-model';
const GOAL = 0.2;
/** The fastest of so many on each slide: whatever else runs here only slows. */
const ROUNDS = 2;
const square = (seed: number, sidePx: number): PhantomSlide => ({ seed, widthPx: sidePx, heightPx: sidePx });
const SLIDES: Readonly<Record<'small' | 'full', readonly PhantomSlide[]>> = {
  small: [square(1120, 1_000), square(1121, 1_500), square(1122, 2_000)],
  full: [
    ...[square(1120, 4_000), square(1121, 6_000), square(1122, 8_000), square(1123, 10_000), square(1124, 12_000)],
    ...[square(1125, 14_000), square(1126, 16_000), square(1100, 20_000)],
    ...[
      { seed: 1127, widthPx: 16_000, heightPx: 6_000 },
      { seed: 1128, widthPx: 8_000, heightPx: 18_000 },
    ],
  ],
};

/** Time of a slide from its tissue's area: a line fitted to the other slides, judged on the one left out. */
export const costModel: Benchmark = {
  description: 'time of analyze predicted from the tissue’s area, each slide by a line through the others',
  async run(say, size: Size) {
    const points: { x: number; y: number }[] = [];
    for (const wanted of SLIDES[size === 'small' ? 'small' : 'full']) {
      const slide = await phantomSlide(wanted, say);
      const runs = [];
      while (runs.length < ROUNDS) runs.push(await analysedSlide(slide, OUT));
      const seconds = Math.min(...runs.map((run) => run.seconds));
      const tissueMm2 = runs[0]?.tissueMm2 ?? 0;
      points.push({ x: tissueMm2, y: seconds });
      say(`${wanted.widthPx} × ${wanted.heightPx} px: ${tissueMm2.toFixed(1)} mm² of tissue, ${seconds.toFixed(2)} s`);
    }
    const errors = leaveOneOutErrors(points);
    const { intercept, slope } = fitLine(points);
    const worst = Math.max(...errors);
    const percent = (share: number): string => (share * 100).toFixed(0);
    return [
      {
        name: 'cost model: worst error of a slide’s predicted time',
        goal: `≤ ${GOAL}`,
        reached: Number(worst.toFixed(3)),
        met: worst <= GOAL,
        peer:
          `each of ${points.length} slides predicted by the others: ${errors.map(percent).join(', ')} %; ` +
          `time = ${intercept.toFixed(2)} s + ${slope.toFixed(3)} s/mm² of tissue`,
        command: 'npm run bench -- cost-model',
      },
    ];
  },
};
