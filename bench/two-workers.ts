import { createOrtThreadEngine, type Engine, findBundle } from '@gigascope/models';
import { type Installation, startInstallation } from '../test/support/installation.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { phantomSlide } from './phantom-slide.ts';

const PHANTOM = { seed: 1101, widthPx: 12_000, heightPx: 10_000 };
/** About 40 blocks on this slide. */
const PARAMETERS = { blockCells: 13 };
const ONE_THREAD = { GIGASCOPE_THREADS: '1' };
const BATCH = 32;
const LOOP_MS = 6_000;
/** The fastest of so many counts: whatever else runs here only slows. */
const ROUNDS = 3;
const LEAST_SHARE = 0.9;
const MODELS = new URL('../models', import.meta.url).pathname;

/** What a second worker brings on one slide, beside what a second inference loop brings on this machine. */
export const twoWorkers: Benchmark = {
  description: 'one slide by one worker and by two of one thread each, and the inference loop alone likewise',
  async run(say) {
    const slide = await phantomSlide(PHANTOM, say);
    await using installation = await startInstallation({ backend: 'postgres', workerEnv: ONE_THREAD });
    const { id: slideId } = await installation.upload(slide);
    const one = await measure(installation, slideId);
    say(`one worker: ${JSON.stringify(one)}`);
    await installation.addWorker();
    const two = await measure(installation, slideId);
    say(`two workers: ${JSON.stringify(two)}`);
    await installation.removeWorkers();
    const loop = { one: 0, two: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      loop.one = Math.max(loop.one, await patchesPerSecond(1));
      loop.two = Math.max(loop.two, await patchesPerSecond(2));
    }
    say(`inference loop: ${JSON.stringify(loop)}`);
    return rows(one, two, loop);
  },
};

interface Wall {
  /** From planned to the last block, and from started to the result. */
  readonly blocksMs: number;
  readonly wholeMs: number;
  readonly blocks: number;
  readonly patches: number;
  /** How many blocks each worker did. */
  readonly shares: readonly number[];
}

/** The fastest run, after one in which engines are started and their models loaded. */
async function measure(installation: Installation, slideId: string): Promise<Wall> {
  await run(installation, slideId);
  const walls: Wall[] = [];
  while (walls.length < ROUNDS) walls.push(await run(installation, slideId));
  return walls.reduce((best, wall) => (wall.blocksMs < best.blocksMs ? wall : best));
}

async function run(installation: Installation, slideId: string): Promise<Wall> {
  const id = await installation.submit(slideId, PARAMETERS);
  const { state } = await installation.wait(id, 600_000);
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

/** Of so many loops of one thread each, all together, over full batches of noise. */
async function patchesPerSecond(loops: number): Promise<number> {
  const [network] = (await findBundle(MODELS, 'metastasis')).stages;
  const engines = await Promise.all(
    Array.from({ length: loops }, () =>
      createOrtThreadEngine({ ...network, threads: 1, batchSize: BATCH, provider: 'cpu', orientations: 1 }),
    ),
  );
  const start = performance.now();
  const patches = await Promise.all(engines.map((engine) => loop(engine, start + LOOP_MS)));
  const ms = performance.now() - start;
  await Promise.all(engines.map((engine) => engine[Symbol.asyncDispose]()));
  return (patches.reduce((sum, count) => sum + count, 0) / ms) * 1000;
}

async function loop(engine: Engine, untilMs: number): Promise<number> {
  let data = new Uint8Array(BATCH * engine.patchSizePx ** 2 * 3).map((_, at) => (at * 2_654_435_761) >>> 24);
  let patches = 0;
  while (performance.now() < untilMs) {
    const { data: back } = await engine.infer({ data, count: BATCH });
    data = back;
    patches += BATCH;
  }
  return patches;
}

function rows(one: Wall, two: Wall, loop: { readonly one: number; readonly two: number }): BenchmarkRow[] {
  const [workers, loops] = [one.blocksMs / two.blocksMs, loop.two / loop.one];
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return [
    {
      name: `one slide of ${two.blocks} blocks: two workers against one`,
      goal: `≥ ${LEAST_SHARE} of the loop's`,
      reached: `${workers.toFixed(2)} × (${(workers / loops).toFixed(2)} of the loop's)`,
      met: workers / loops >= LEAST_SHARE,
      peer:
        `inference loop alone ${loops.toFixed(2)} × (${loop.one.toFixed(0)} → ${loop.two.toFixed(0)} patches/s); ` +
        `blocks ${seconds(one.blocksMs)} → ${seconds(two.blocksMs)}, whole ${seconds(one.wholeMs)} → ` +
        `${seconds(two.wholeMs)}, ${two.patches} patches, blocks by worker ${two.shares.join(' + ')}`,
      command: 'npm run bench -- two-workers',
    },
  ];
}
