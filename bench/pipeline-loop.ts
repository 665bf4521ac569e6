import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ChosenSettings } from '@gigascope/contracts';
import { findBundle, writeUntrainedBundle } from '@gigascope/models';
import { describeRun } from '../services/cli/src/commands/models/describe-settings.ts';
import { config } from '../services/cli/src/config.ts';
import type { Benchmark, BenchmarkRow, Size } from './benchmark.ts';
import { LoopProcess } from './loop-process.ts';
import { type PhantomSlide, phantomSlide } from './phantom-slide.ts';
import type { LoopOrder } from './session-loop.ts';
import { BATCH } from './slide-plan.ts';
import { WarmEngine, type WarmRun } from './warm-analysis.ts';

const WORK = 'var/pipeline-loop';
const UNTRAINED = join(WORK, 'models');
const PROCESSORS = availableParallelism();
const COMMAND = 'npm run bench -- pipeline-loop';

interface Case {
  readonly model: string;
  readonly title: string;
  readonly modelsFolder: string;
  readonly goal: number;
  readonly slide: Readonly<Record<'small' | 'full', PhantomSlide>>;
  readonly rounds: number;
}

const CASES: readonly Case[] = [
  {
    model: 'inception-v3',
    title: 'full-width Inception V3 on 299 px',
    modelsFolder: UNTRAINED,
    goal: 0.95,
    // Some twenty batches of 32, of which each takes seconds.
    slide: { small: { widthPx: 700, heightPx: 700 }, full: { widthPx: 4_000, heightPx: 4_000 } },
    rounds: 3,
  },
  {
    model: 'metastasis',
    title: 'shipped metastasis, patch by patch',
    modelsFolder: config.modelsFolder,
    goal: 0.8,
    slide: { small: { widthPx: 1_500, heightPx: 1_500 }, full: { widthPx: 12_000, heightPx: 10_000, seed: 1101 } },
    rounds: 9,
  },
];

/** Slides a second of the whole pipeline, beside the bare loop of session.run that its batches would take. */
export const pipelineLoop: Benchmark = {
  description: 'analyze in a warm engine beside a bare loop of session.run: full Inception V3 and metastasis',
  async run(say, size) {
    await writeUntrainedInception();
    const rows: BenchmarkRow[] = [];
    for (const each of CASES) rows.push(await measure(each, size, say));
    return rows;
  },
};

async function writeUntrainedInception(): Promise<void> {
  const folder = join(UNTRAINED, 'inception-v3');
  await rm(folder, { recursive: true, force: true });
  const network = { name: 'inception-v3', architecture: 'inception-v3', classes: 2, width: 1, minChannels: 1, seed: 1 };
  await writeUntrainedBundle(folder, { ...network, averageFactor: 1 });
}

async function measure(
  { model, title, modelsFolder, goal, slide: slides, rounds }: Case,
  size: Size,
  say: (line: string) => void,
): Promise<BenchmarkRow> {
  const form = size === 'small' ? 'small' : 'full';
  const slidePath = await phantomSlide(slides[form], say);
  const bundle = await findBundle(modelsFolder, model);
  using loop = await LoopProcess.start({ modelsFolder, model, slidePath, batchSize: BATCH, threads: PROCESSORS });
  await using engine = await WarmEngine.start(bundle);
  const run = (): Promise<WarmRun> => engine.analyse(slidePath, join(WORK, 'out'));
  // Opens the reader thread and fills the memory that batches are allocated from.
  const { patches } = await run();
  // As long as the slide takes: of two runs the longer one meets more of what else the machine does.
  const order: Pick<LoopOrder, 'leastMs' | 'leastRuns'> = { leastMs: 0, leastRuns: Math.ceil(patches / BATCH) };
  let best: WarmRun | undefined;
  const batchMs = { spinning: Number.POSITIVE_INFINITY, waiting: Number.POSITIVE_INFINITY };
  for (let round = 0; round < (size === 'small' ? 1 : rounds); round += 1) {
    for (const kind of ['spinning', 'waiting'] as const) {
      const { ms, batches } = await loop.run({ ...order, spinning: kind === 'spinning' });
      say(`${model}, round ${round}: loop, threads ${kind}: ${(ms / batches).toFixed(1)} ms a batch`);
      batchMs[kind] = Math.min(batchMs[kind], ms / batches);
    }
    const found = await run();
    say(`${model}, round ${round}: analyze ${JSON.stringify(found)}`);
    if (best === undefined || found.ms < best.ms) best = found;
  }
  if (best === undefined) throw new Error('nothing was measured');
  return rowOf(title, goal, best, batchMs, engine.chosen);
}

/** The loop is given the batches that the slide fills, the last one included: of a slide of few batches that one counts. */
function rowOf(
  title: string,
  goal: number,
  { ms, phasesMs, patches }: WarmRun,
  batchMs: Readonly<Record<'spinning' | 'waiting', number>>,
  chosen: ChosenSettings,
): BenchmarkRow {
  const batches = Math.ceil(patches / BATCH);
  const loopMs = batches * Math.min(batchMs.spinning, batchMs.waiting);
  const share = loopMs / ms;
  const phases = Object.entries(phasesMs).map(([phase, phaseMs]) => `${phase} ${((phaseMs ?? 0) / 1000).toFixed(2)}`);
  const perSecond = (forMs: number): string => `${((patches / forMs) * 1000).toFixed(1)} patches/s`;
  return {
    name: `pipeline, of the bare loop: ${title}`,
    goal: `≥ ${goal.toFixed(2)}`,
    reached: `${share.toFixed(3)} (${perSecond(ms)})`,
    met: share >= goal,
    peer:
      `session.run alone, batches of ${BATCH}, threads ${PROCESSORS}: ${perSecond(loopMs)}; calibrated: ${describeRun(chosen.settings, chosen.squareCells)}; ` +
      `${patches} patches, ` +
      `seconds of ${phases.join(', ')}`,
    command: COMMAND,
  };
}
