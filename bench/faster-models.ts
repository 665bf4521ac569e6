import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FrocResult, frocOfHits, type SlideHits } from '@gigascope/findings';
import { findBundle } from '@gigascope/models';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { describeFroc, JUDGE_SCALE, type JudgedSlide, judgeSlides } from './judge-slides.ts';
import { frocPhantoms } from './phantom-froc.ts';
import { WarmEngine } from './warm-analysis.ts';

const WORK = 'var/faster-models';
const MODELS = new URL('../models', import.meta.url).pathname;
const [FULL, DENSE, FAST] = ['metastasis', 'metastasis-dense', 'metastasis-fast'] as const;
/** Not shipped; training/recipes/metastasis_fast.py makes it. */
const FAST_FOLDER = new URL('../var/coarse-to-fine', import.meta.url).pathname;
const folderOf = (name: string): string => (name === FAST ? FAST_FOLDER : MODELS);
const LEAST = { dense: 3.5, fast: 4 };
const MOST_FROC_LOST = 0.005;
/** A normal slide and one with lesions are timed, each the fastest of so many. */
const ROUNDS = 2;
const COMMAND = 'npm run bench -- faster-models';

/** What one pass over whole squares, and a first pass of low resolution, bring in time and cost in found lesions. */
export const fasterModels: Benchmark = {
  description: 'metastasis-dense in squares and patch by patch, metastasis-fast, metastasis: time and phantom FROC',
  async run(say, size) {
    if (![DENSE, FAST].every((name) => existsSync(join(folderOf(name), name)))) {
      say(`skipped: no ${join(FAST_FOLDER, FAST)}; python training/recipes/metastasis_fast.py makes it`);
      return [];
    }
    await mkdir(WORK, { recursive: true });
    const all = await frocPhantoms();
    const timed = [all[0], all.at(-1)].filter((slide) => slide !== undefined);
    const times = {
      patchwise: await secondsOf(DENSE, timed, true),
      dense: await secondsOf(DENSE, timed, false),
      full: await secondsOf(FULL, timed, true),
      fast: await secondsOf(FAST, timed, false),
    };
    say(`seconds for ${timed.length} slides: ${JSON.stringify(times)}`);
    const slides = size === 'small' ? timed : all;
    const found = {
      full: await judge(FULL, slides, say),
      dense: await judge(DENSE, slides, say),
      fast: await judge(FAST, slides, say),
    };
    return rows(times, found);
  },
};

type Times = Readonly<Record<'patchwise' | 'dense' | 'full' | 'fast', number>>;
type Found = Readonly<Record<'full' | 'dense' | 'fast', readonly SlideHits[]>>;

/** The whole of `analyze` on each slide, engine and model loaded before. */
async function secondsOf(model: string, slides: readonly JudgedSlide[], patchwise: boolean): Promise<number> {
  await using engine = await WarmEngine.start(await findBundle(folderOf(model), model), patchwise);
  const fastest = slides.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [k, { path }] of slides.entries()) {
      const { ms } = await engine.analyse(path, join(WORK, 'timed'));
      fastest[k] = Math.min(fastest[k] as number, ms / 1000);
    }
  return fastest.reduce((sum, seconds) => sum + seconds, 0);
}

async function judge(
  model: string,
  slides: readonly JudgedSlide[],
  say: (line: string) => void,
): Promise<readonly SlideHits[]> {
  const settings = {
    work: join(WORK, model),
    options: ['--model', model],
    environment: { GIGASCOPE_MODELS: folderOf(model) },
    say: (line: string) => say(`${model}: ${line}`),
  };
  await mkdir(settings.work, { recursive: true });
  return (await judgeSlides(slides, settings)).model;
}

function rows(times: Times, found: Found): BenchmarkRow[] {
  const froc = (hits: readonly SlideHits[]): FrocResult => frocOfHits(hits, JUDGE_SCALE);
  const [full, dense, fast] = [froc(found.full), froc(found.dense), froc(found.fast)];
  const lost = (full.score ?? 0) - (fast.score ?? 0);
  const ratio = (a: number, b: number): string => `${(a / b).toFixed(1)} × (${a.toFixed(1)} s → ${b.toFixed(1)} s)`;
  return [
    {
      name: 'dense inference: a slide in whole squares against patch by patch',
      goal: `≥ ${LEAST.dense} ×`,
      reached: ratio(times.patchwise, times.dense),
      met: times.patchwise / times.dense >= LEAST.dense,
      peer: `the same network, ${DENSE}; the padded ${FULL} patch by patch takes ${times.full.toFixed(1)} s`,
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
    {
      name: 'coarse to fine: a slide against the full model everywhere',
      goal: `≥ ${LEAST.fast} ×`,
      reached: ratio(times.full, times.fast),
      met: times.full / times.fast >= LEAST.fast,
      peer: FULL,
      command: COMMAND,
    },
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
