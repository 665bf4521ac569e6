import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { phantomSlide } from './phantom-slide.ts';

/** OpenSlide patch by patch, our own reader block by block, and every tile decoded once and nothing else. */
export type LoopKind = 'openslide' | 'ours' | 'decode';

export interface LoopOrder {
  readonly kind: LoopKind;
  readonly part: number;
  readonly parts: number;
}

export interface LoopTime {
  readonly patches: number;
  readonly ms: number;
}

/** Tiles as scanners write them. */
const PHANTOM = { seed: 1107, widthPx: 12_000, heightPx: 12_000, tileSizePx: 256 } as const;
const KINDS: readonly LoopKind[] = ['openslide', 'ours', 'decode'];
/** The fastest of so many, run in turns: whatever else runs here only slows. */
const ROUNDS = 7;
const COMMAND = 'npm run bench -- tiling';

/** Tissue patches of 299 px at stride 128 from a JPEG slide, beside OpenSlide and beside decoding alone. */
export const tiling: Benchmark = {
  description: 'patches of 299 px at stride 128 from a JPEG slide, by one thread and by two',
  async run(say) {
    const slide = await phantomSlide(PHANTOM, say);
    const threads = [await startThread(slide), await startThread(slide)];
    const best = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const kind of KINDS) {
        for (const parts of [1, 2]) {
          const rate = await patchesPerSecond(threads.slice(0, parts), kind);
          say(`round ${round}: ${kind}, threads ${parts}: ${rate.toFixed(0)} patches/s`);
          best.set(`${kind} ${parts}`, Math.max(best.get(`${kind} ${parts}`) ?? 0, rate));
        }
      }
    }
    await Promise.all(threads.map((thread) => thread.terminate()));
    return rows((kind, parts) => best.get(`${kind} ${parts}`) ?? Number.NaN);
  },
};

async function startThread(slide: string): Promise<Worker> {
  const thread = new Worker(new URL('./tiling-loop.worker.ts', import.meta.url), { workerData: slide });
  await once(thread, 'message');
  return thread;
}

/** Each thread has its part of the slide; the time is that from the start to the last one's end. */
async function patchesPerSecond(threads: readonly Worker[], kind: LoopKind): Promise<number> {
  const began = performance.now();
  const times = await Promise.all(
    threads.map(async (thread, part) => {
      const answered = once(thread, 'message');
      const order: LoopOrder = { kind, part, parts: threads.length };
      thread.postMessage(order);
      return (await answered)[0] as LoopTime;
    }),
  );
  const patches = times.reduce((sum, time) => sum + time.patches, 0);
  return (patches / (performance.now() - began)) * 1000;
}

function rows(rate: (kind: LoopKind, parts: number) => number): BenchmarkRow[] {
  const perSecond = (value: number): string => `${value.toFixed(0)} patches/s`;
  const overPeer = rate('ours', 1) / rate('openslide', 1);
  const overLimit = rate('ours', 1) / rate('decode', 1);
  const scaling = (kind: LoopKind): number => rate(kind, 2) / rate(kind, 1);
  const scalingShare = scaling('ours') / scaling('decode');
  return [
    {
      name: 'tiling: patches, over OpenSlide patch by patch',
      goal: '≥ 15',
      reached: `${overPeer.toFixed(1)} (${perSecond(rate('ours', 1))})`,
      met: overPeer >= 15,
      peer: `libopenslide alone ${perSecond(rate('openslide', 1))}`,
      command: COMMAND,
    },
    {
      name: 'tiling: patches, of decoding each tile once',
      goal: '≥ 0.5',
      reached: overLimit.toFixed(2),
      met: overLimit >= 0.5,
      peer: `libjpeg-turbo alone ${perSecond(rate('decode', 1))}`,
      command: COMMAND,
    },
    {
      name: 'tiling: gain of a second thread, of the pure loop’s',
      goal: '≥ 0.9',
      reached: `${scalingShare.toFixed(2)} (${scaling('ours').toFixed(2)})`,
      met: scalingShare >= 0.9,
      peer: `decoding alone ${scaling('decode').toFixed(2)}, OpenSlide ${scaling('openslide').toFixed(2)}`,
      command: COMMAND,
    },
  ];
}
