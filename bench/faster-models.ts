import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FrocResult, frocOfHits, type SlideHits } from '@gigascope/findings';
import { findBundle } from '@gigascope/models';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { describeFroc, JUDGE_SCALE, type JudgedSlide, judgeSlides } from './judge-slides.ts';
import { frocPhantoms } from './phantom-froc.ts';
import { phantomSlide } from './phantom-slide.ts';
import { WarmEngine } from './warm-analysis.ts';

const WORK = 'var/faster-models';
const MODELS = new URL('../models', import.meta.url).pathname;
const [FULL, DENSE, FAST] = ['metastasis', 'metastasis-dense', 'metastasis-fast'] as const;
/** Near a real slide in how little of its tissue is lesion: at most eight are drawn, however large it is. */
const LARGE = { widthPx: 35_000, heightPx: 35_000 };
const LEAST = { dense: 3.5, fast: 4 };
const MOST_FROC_LOST = 0.005;
/** A normal slide and one with lesions are timed, each the fastest of so many. */
const ROUNDS = 2;
const COMMAND = 'npm run bench -- faster-models';

/** What one pass over whole squares, and a first pass of low resolution, bring in time and cost in found lesions. */
export const fasterModels: Benchmark = {
  description: 'metastasis-dense in squares and patch by patch, metastasis-fast, metastasis: time and phantom FROC',
  async run(say, size) {
    await mkdir(WORK, { recursive: true });
    const all = await frocPhantoms();
    const timed = [all[0], all.at(-1)].flatMap((slide) => (slide === undefined ? [] : [slide.path]));
    const large = size === 'small' ? [] : [await phantomSlide(LARGE, say)];
    const times = {
      patchwise: await secondsOf(DENSE, timed, true),
      dense: await secondsOf(DENSE, timed, false),
      full: await secondsOf(FULL, [...timed, ...large], true),
      fast: await secondsOf(FAST, [...timed, ...large], false),
    };
    say(`seconds for ${timed.length} slides, then a large one: ${JSON.stringify(times)}`);
    const slides = size === 'small' ? all.filter(({ path }) => timed.includes(path)) : all;
    const found = {
      full: await judge(FULL, slides, say),
      dense: await judge(DENSE, slides, say),
      fast: await judge(FAST, slides, say),
    };
    return rows(times, found);
  },
};

/** Seconds of each slide. */
type Times = Readonly<Record<'patchwise' | 'dense' | 'full' | 'fast', readonly number[]>>;
type Found = Readonly<Record<'full' | 'dense' | 'fast', readonly SlideHits[]>>;

/** The whole of `analyze` on each slide, engine and model loaded before. */
async function secondsOf(model: string, slides: readonly string[], patchwise: boolean): Promise<number[]> {
  await using engine = await WarmEngine.start(await findBundle(MODELS, model), patchwise);
  const fastest = slides.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [k, path] of slides.entries()) {
      const { ms } = await engine.analyse(path, join(WORK, 'timed'));
      fastest[k] = Math.min(fastest[k] as number, ms / 1000);
    }
  return fastest;
}

async function judge(
  model: string,
  slides: readonly JudgedSlide[],
  say: (line: string) => void,
): Promise<readonly SlideHits[]> {
  const settings = {
    work: join(WORK, model),
    options: ['--model', model],
    say: (line: string) => say(`${model}: ${line}`),
  };
  await mkdir(settings.work, { recursive: true });
  return (await judgeSlides(slides, settings)).model;
}

function rows(times: Times, found: Found): BenchmarkRow[] {
  const froc = (hits: readonly SlideHits[]): FrocResult => frocOfHits(hits, JUDGE_SCALE);
  const [full, dense, fast] = [froc(found.full), froc(found.dense), froc(found.fast)];
  const lost = (full.score ?? 0) - (fast.score ?? 0);
  const both = ([normal = 0, tumour = 0]: readonly number[]): number => normal + tumour;
  const ratio = (a: number, b: number): string => `${(a / b).toFixed(1)} × (${a.toFixed(1)} s → ${b.toFixed(1)} s)`;
  const [patchwise, squares] = [both(times.patchwise), both(times.dense)];
  const fastOn = (slide: number, what: string): BenchmarkRow => {
    const [whole = 0, sampled = 0] = [times.full[slide], times.fast[slide]];
    return {
      name: `coarse to fine: ${what}, against the full model everywhere`,
      goal: `≥ ${LEAST.fast} ×`,
      reached: ratio(whole, sampled),
      met: whole / sampled >= LEAST.fast,
      peer: FULL,
      command: COMMAND,
    };
  };
  return [
    {
      name: 'dense inference: a slide in whole squares against patch by patch',
      goal: `≥ ${LEAST.dense} ×`,
      reached: ratio(patchwise, squares),
      met: patchwise / squares >= LEAST.dense,
      peer: `the same network, ${DENSE}; the padded ${FULL} patch by patch takes ${both(times.full).toFixed(1)} s`,
      command: COMMAND,
    },
    {
      name: 'dense inference: phantom FROC of the unpadded network',
      goal: 'stated beside the padded one',
      reached: describeFroc(dense),
      met: true,
      peer: `padded ${describeFroc(full)}`,
      command: COMMAND,
    },
    ...(times.full.length > 2 ? [fastOn(2, 'a slide of 35,000² px with eight lesions')] : []),
    fastOn(1, 'a normal slide of 16,000 × 14,000 px'),
    fastOn(0, 'such a slide a quarter of whose tissue is lesion'),
    {
      name: 'coarse to fine: phantom FROC lost',
      goal: '≤ 0.005',
      reached: `${lost.toFixed(4)} (${describeFroc(fast)})`,
      met: lost <= MOST_FROC_LOST,
      peer: `${describeFroc(full)}; ${describeMissed(found)}`,
      command: COMMAND,
    },
  ];
}

/** Lesions that the full model finds and the fast one does not, with the upper end of a one-sided 95 % interval (Clopper and Pearson 1934). */
function describeMissed({ full, fast }: Found): string {
  const scores = (hits: readonly SlideHits[]): (number | null)[] =>
    hits.flatMap(({ lesionScores }) => [...lesionScores]);
  const [byFull, byFast] = [scores(full), scores(fast)];
  const kept = byFull.flatMap((score, k) => (score === null ? [] : [byFast[k] !== null]));
  const missed = kept.filter((isKept) => !isKept).length;
  return `${missed} of ${kept.length} lesions missed, at most ${(upperBound(missed, kept.length) * 100).toFixed(1)} % (95 %)`;
}

/** The share at which so few or fewer of n would be seen in one of twenty trials. */
function upperBound(missed: number, n: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step += 1) {
    const share = (low + high) / 2;
    if (chanceOfAtMost(missed, n, share) > 0.05) low = share;
    else high = share;
  }
  return high;
}

function chanceOfAtMost(missed: number, n: number, share: number): number {
  let [term, sum] = [(1 - share) ** n, 0];
  for (let k = 0; k <= missed; k += 1) {
    sum += term;
    term *= ((n - k) / (k + 1)) * (share / (1 - share));
  }
  return sum;
}
