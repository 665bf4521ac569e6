import { fileURLToPath } from 'node:url';
import { type Installation, startInstallation } from '../test/support/installation.ts';
import type { Benchmark, BenchmarkRow, Size } from './benchmark.ts';
import { LoopProcess } from './loop-process.ts';
import { phantomSlide } from './phantom-slide.ts';
import type { LoopSettings } from './session-loop.ts';

const MODELS = fileURLToPath(new URL('../models', import.meta.url));
const MODEL = 'metastasis';
const BATCH = 32;
/** Of one worker, as of one loop. */
const SETTINGS = { GIGASCOPE_THREADS: '1' };
const LEAST_SHARE = 0.9;
const PATIENCE_MS = 600_000;
/** Times are read from the record; asking more often would take a tenth of a processor from what is measured. */
const POLL_MS = 1_000;

const SIZES = {
  small: { phantom: { seed: 1101, widthPx: 2_000, heightPx: 2_000 }, rounds: 1, loopMs: 500 },
  // Large, because planning and finishing cannot be shared.
  full: { phantom: { seed: 1101, widthPx: 20_000, heightPx: 20_000 }, rounds: 3, loopMs: 6_000 },
} as const;

/** Where a worker with its engine's process, or a loop, may run. */
interface Binding {
  readonly title: string;
  readonly goal: string;
  /** Of the first and the second worker; undefined: any. */
  readonly processors: readonly [number | undefined, number | undefined];
}

const BINDINGS: readonly Binding[] = [
  {
    title: 'each on one processor, as in a container of one CPU',
    goal: `≥ ${LEAST_SHARE} of the loop's`,
    processors: [0, 1],
  },
  // Here one worker's reader already uses the second processor.
  { title: 'each of one thread, on any processor', goal: 'stated', processors: [undefined, undefined] },
];

/** What a second worker brings on one slide, beside what a second inference loop brings on this machine. */
export const twoWorkers: Benchmark = {
  description:
    'one slide by one worker and by two, bound to one processor each or not, and the inference loop alone likewise',
  async run(say, size) {
    const { phantom } = sizesOf(size);
    const slide = await phantomSlide(phantom, say);
    const rows: BenchmarkRow[] = [];
    for (const binding of BINDINGS) {
      const loop = await measureLoops(slide, binding, size);
      say(`${binding.title}: inference loop ${JSON.stringify(loop)}`);
      const walls = await measureWorkers(slide, binding, size, say);
      rows.push(rowOf(binding, walls, loop));
    }
    return rows;
  },
};

function sizesOf(size: Size): (typeof SIZES)['small' | 'full'] {
  return SIZES[size === 'small' ? 'small' : 'full'];
}

interface Wall {
  /** From planned to the last block, and from started to the result. */
  readonly blocksMs: number;
  readonly wholeMs: number;
  readonly blocks: number;
  readonly patches: number;
  /** How many blocks each worker did. */
  readonly shares: readonly number[];
}

interface OneAndTwo<T> {
  readonly one: T;
  readonly two: T;
}

/** The fastest run of each, in an installation of their own. */
async function measureWorkers(
  slide: string,
  { title, processors: [first, second] }: Binding,
  size: Size,
  say: (line: string) => void,
): Promise<OneAndTwo<Wall>> {
  await using installation = await startInstallation({ backend: 'postgres', workers: 0, workerEnv: SETTINGS });
  const { rounds } = sizesOf(size);
  await installation.addWorker({}, first);
  const { id: slideId } = await installation.upload(slide);
  const one = await fastest(installation, slideId, rounds);
  say(`${title}: one worker ${JSON.stringify(one)}`);
  await installation.addWorker({}, second);
  const two = await fastest(installation, slideId, rounds);
  say(`${title}: two workers ${JSON.stringify(two)}`);
  return { one, two };
}

/** After a run in which engines are started and their models loaded. */
async function fastest(installation: Installation, slideId: string, rounds: number): Promise<Wall> {
  await run(installation, slideId);
  const walls: Wall[] = [];
  while (walls.length < rounds) walls.push(await run(installation, slideId));
  return walls.reduce((best, wall) => (wall.wholeMs < best.wholeMs ? wall : best));
}

async function run(installation: Installation, slideId: string): Promise<Wall> {
  const id = await installation.submit(slideId);
  const { state } = await installation.wait(id, PATIENCE_MS, POLL_MS);
  if (state !== 'succeeded') throw new Error(`the analysis ${state}`);
  const [row] = await installation.query<Omit<Wall, 'shares'>>(
    `SELECT extract(epoch FROM (SELECT max(finished_at) FROM tasks WHERE analysis_id = a.id AND kind = 'block')
         - blocks_started_at)::float8 * 1000 AS "blocksMs",
       extract(epoch FROM finished_at - started_at)::float8 * 1000 AS "wholeMs",
       blocks_total::integer AS blocks, cells_total::integer AS patches FROM analyses a WHERE id = $1`,
    [id],
  );
  const shares = await installation.query<{ blocks: number }>(
    `SELECT count(*)::integer AS blocks FROM tasks WHERE analysis_id = $1 AND kind = 'block' GROUP BY worker_id`,
    [id],
  );
  if (row === undefined) throw new Error('no row');
  return { ...row, shares: shares.map(({ blocks }) => blocks) };
}

/** Patches a second of one loop of one thread, and of two in a process each, together. */
async function measureLoops(slidePath: string, { processors }: Binding, size: Size): Promise<OneAndTwo<number>> {
  const settings: LoopSettings = { modelsFolder: MODELS, model: MODEL, slidePath, batchSize: BATCH, threads: 1 };
  const [first, second] = processors;
  using one = await LoopProcess.start(settings, first);
  using other = await LoopProcess.start(settings, second);
  const { rounds, loopMs } = sizesOf(size);
  const best = { one: 0, two: 0 };
  for (let round = 0; round < rounds; round += 1) {
    best.one = Math.max(best.one, await rateOf([one], loopMs));
    best.two = Math.max(best.two, await rateOf([one, other], loopMs));
  }
  return best;
}

async function rateOf(loops: readonly LoopProcess[], leastMs: number): Promise<number> {
  const order = { spinning: false, leastMs, leastRuns: 1 };
  const times = await Promise.all(loops.map((loop) => loop.run(order)));
  return times.reduce((sum, { batches, ms }) => sum + (batches * BATCH * 1000) / ms, 0);
}

function rowOf({ title, goal }: Binding, { one, two }: OneAndTwo<Wall>, loop: OneAndTwo<number>): BenchmarkRow {
  const loops = loop.two / loop.one;
  const share = one.wholeMs / two.wholeMs / loops;
  const blocksShare = one.blocksMs / two.blocksMs / loops;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return {
    name: `one slide of ${two.blocks} blocks, two workers against one, ${title}`,
    goal,
    reached: `${(one.wholeMs / two.wholeMs).toFixed(2)} × (${share.toFixed(2)} of the loop's)`,
    met: goal === 'stated' || share >= LEAST_SHARE,
    peer:
      `inference loop alone ${loops.toFixed(2)} × (${loop.one.toFixed(0)} → ${loop.two.toFixed(0)} patches/s); whole ` +
      `${seconds(one.wholeMs)} → ${seconds(two.wholeMs)}, blocks ${seconds(one.blocksMs)} → ${seconds(two.blocksMs)} ` +
      `(${blocksShare.toFixed(2)}), ${two.patches} patches, blocks by worker ${two.shares.join(' + ')}`,
    command: 'npm run bench -- two-workers',
  };
}
