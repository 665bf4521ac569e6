import { AnalysisParameters, type AnalysisPlan, type Urgency } from '@gigascope/contracts';
import { findBundle } from '@gigascope/models';
import { config } from '../services/cli/src/config.ts';
import { type EngineService, startEngine } from '../services/cli/src/services.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { phantomSlide } from './phantom-slide.ts';

const MODELS = new URL('../models', import.meta.url).pathname;
const ROUTINE = { seed: 1102, widthPx: 8000, heightPx: 6000 };
const STAT = { seed: 1103, widthPx: 3000, heightPx: 3000 };
const ROUTINE_SLIDES = 4;
/** As the pipeline asks for them. */
const BLOCKS_AT_ONCE = 3;
const PARAMETERS = AnalysisParameters.parse({ force: true });
/** How often an urgent slide comes, and when it is due, in times that it takes alone. */
const [EVERY, DUE_IN] = [3, 2];
const URGENT_SLIDES = { small: 2, full: 12, large: 24 };

/** Routine slides keep one engine busy; urgent ones come in between with a deadline. */
export const mixedLoad: Benchmark = {
  description:
    'urgent slides among routine ones in one engine: earliest deadline first against first come, first served',
  async run(say, size) {
    const slides = { routine: await phantomSlide(ROUTINE, say), stat: await phantomSlide(STAT, say) };
    await using engine = startEngine();
    const { folder } = await findBundle(MODELS, 'metastasis');
    await engine.call('load', { bundleFolder: folder, orientations: 1, patchwise: false, ...config.engine });
    const load = new Load(engine, slides);
    await load.alone('stat');
    const stat = await load.alone('stat');
    const best = Math.max((await load.alone('routine')).perSecond, (await load.alone('routine')).perSecond);
    say(`alone: urgent slide ${stat.ms.toFixed(0)} ms, routine slide ${best.toFixed(0)} patches/s`);
    const rounds: Round[] = [];
    // In alternation, so that a slower spell of the machine falls on both.
    for (let at = 0; at < 2; at += 1)
      for (const byDeadline of [false, true]) {
        const alone = { statMs: stat.ms, routinePerMs: best / 1000 };
        const round = await load.mixed({ byDeadline, urgent: URGENT_SLIDES[size] / 2, alone });
        say(`${byDeadline ? 'earliest deadline' : 'first come'} first: ${JSON.stringify(round)}`);
        rounds.push(round);
      }
    return rows(sum(rounds.filter(({ byDeadline }) => !byDeadline)), sum(rounds.filter((r) => r.byDeadline)), best);
  },
};

interface Round {
  readonly byDeadline: boolean;
  readonly urgent: number;
  readonly missed: number;
  /** Median over the urgent slides, in times that one takes alone. */
  readonly slowdown: number;
  /** How long everything that was done takes one slide after the other, over the time that it took. */
  readonly share: number;
}

class Load {
  readonly #engine: EngineService;
  readonly #slides: { readonly routine: string; readonly stat: string };
  #next = 0;
  #patches = 0;
  #statPatches = 0;
  /** Routine slides whose first block is done. */
  readonly #begun = new Set<string>();

  constructor(engine: EngineService, slides: { readonly routine: string; readonly stat: string }) {
    this.#engine = engine;
    this.#slides = slides;
  }

  async alone(which: 'routine' | 'stat'): Promise<{ ms: number; perSecond: number }> {
    const [began, before] = [performance.now(), this.#patches];
    await this.#analyse(this.#slides[which]);
    const ms = performance.now() - began;
    return { ms, perSecond: ((this.#patches - before) / ms) * 1000 };
  }

  async mixed(how: {
    byDeadline: boolean;
    urgent: number;
    alone: { statMs: number; routinePerMs: number };
  }): Promise<Round> {
    const aloneMs = how.alone.statMs;
    const times: number[] = [];
    let over = false;
    const routine = Array.from({ length: ROUTINE_SLIDES }, async () => {
      while (!over)
        await this.#analyse(this.#slides.routine, how.byDeadline ? { lane: 1, dueMs: null } : undefined, () => over);
    });
    // What one slide's plan costs is in its own time; four at once at the beginning are nobody's.
    while (this.#begun.size < ROUTINE_SLIDES) await new Promise((resolve) => setTimeout(resolve, 10));
    const [began, before] = [performance.now(), this.#patches];
    const urgent = Array.from({ length: how.urgent }, async (_, k) => {
      await new Promise((resolve) => setTimeout(resolve, (k + 0.5) * EVERY * aloneMs));
      const start = performance.now();
      const dueMs = Date.now() + DUE_IN * aloneMs;
      await this.#analyse(this.#slides.stat, how.byDeadline ? { lane: 0, dueMs } : undefined);
      times.push(performance.now() - start);
    });
    await Promise.all(urgent);
    const ms = performance.now() - began;
    const routinePatches = this.#patches - before - this.#statPatches;
    over = true;
    await Promise.all(routine);
    this.#begun.clear();
    this.#statPatches = 0;
    times.sort((a, b) => a - b);
    return {
      byDeadline: how.byDeadline,
      urgent: how.urgent,
      missed: times.filter((took) => took > DUE_IN * aloneMs).length,
      slowdown: (times[Math.floor(times.length / 2)] ?? 0) / aloneMs,
      share: (routinePatches / how.alone.routinePerMs + how.urgent * aloneMs) / ms,
    };
  }

  /** Plan and blocks; `stopped` leaves the rest of a slide undone. */
  async #analyse(path: string, urgency?: Urgency, stopped: () => boolean = () => false): Promise<void> {
    const analysisId = `slide ${this.#next++}`;
    const plan: AnalysisPlan = await this.#engine.call('plan', {
      ...{ analysisId, path, parameters: PARAMETERS, stage: 0, regions: null, ...(urgency && { urgency }) },
    });
    const blocks = plan.blocks.values();
    const lane = async (): Promise<void> => {
      for (const block of blocks) {
        if (stopped()) return;
        await this.#engine.call('block', { analysisId, stage: 0, block, ...(urgency && { urgency }) });
        this.#patches += block.tissueCells;
        if (path === this.#slides.stat) this.#statPatches += block.tissueCells;
        else this.#begun.add(analysisId);
      }
    };
    await Promise.all(Array.from({ length: BLOCKS_AT_ONCE }, lane));
    await this.#engine.call('release', { analysisId });
  }
}

function sum(rounds: readonly Round[]): Round {
  const mean = (of: (round: Round) => number): number => rounds.reduce((total, r) => total + of(r), 0) / rounds.length;
  return {
    byDeadline: rounds[0]?.byDeadline ?? false,
    urgent: mean((r) => r.urgent) * rounds.length,
    missed: mean((r) => r.missed) * rounds.length,
    slowdown: mean((r) => r.slowdown),
    share: mean((r) => r.share),
  };
}

function rows(firstCome: Round, byDeadline: Round, best: number): BenchmarkRow[] {
  const command = 'npm run bench -- mixed-load';
  return [
    {
      name: 'mixed load: throughput of all slides together',
      goal: '≥ 0.97 of one slide after the other',
      reached: byDeadline.share.toFixed(2),
      met: byDeadline.share >= 0.97,
      peer: `one routine slide alone ${best.toFixed(0)} patches/s; first come, first served ${firstCome.share.toFixed(2)}`,
      command,
    },
    {
      name: 'mixed load: urgent slides late, earliest deadline first',
      goal: '≤ half of first come, first served',
      reached: `${byDeadline.missed} of ${byDeadline.urgent} (median ${byDeadline.slowdown.toFixed(1)} × alone)`,
      met: firstCome.missed > 0 && byDeadline.missed <= firstCome.missed / 2,
      peer: `first come, first served ${firstCome.missed} of ${firstCome.urgent} (median ${firstCome.slowdown.toFixed(1)} × alone); due at ${DUE_IN} × alone`,
      command,
    },
  ];
}
