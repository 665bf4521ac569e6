import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Bundle, createOrtThreadEngine, findBundle } from '@gigascope/models';
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { inHalfPrecision } from '../packages/models/src/half-precision.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';

const MODELS = new URL('../models', import.meta.url).pathname;
const MODEL = 'metastasis';
const BATCHES = [32, 64, 128];
const LOOP_MS = { small: 500, full: 5000, large: 10_000 };
/** Dense float16 with float32 sums, 10¹² operations a second, from the makers' data sheets. */
const PEAK_TERAFLOPS: readonly (readonly [RegExp, number])[] = [
  [/H200|H100/, 989],
  [/A100/, 312],
  [/L40/, 181],
  [/L4\b/, 121],
  [/T4/, 65],
];

/** What the engine's thread makes of a card, beside the bare loop of `session.run` and beside the card's own peak. */
export const gpu: Benchmark = {
  description: 'patches/s on a CUDA card by the engine, by the bare loop, and as a share of the card’s peak',
  async run(say, size) {
    const card = await cardName();
    if (card === null || !listSupportedBackends().some(({ name }) => name === 'cuda')) {
      say('skipped: no CUDA card, or no CUDA provider in the installed onnxruntime-node');
      return [];
    }
    const bundle = await findBundle(MODELS, MODEL);
    const rows: BenchmarkRow[] = [];
    for (const batchSize of BATCHES) rows.push(await measure(bundle, card, batchSize, LOOP_MS[size]));
    return rows;
  },
};

async function cardName(): Promise<string | null> {
  const query = ['--query-gpu=name', '--format=csv,noheader'];
  return await promisify(execFile)('nvidia-smi', query).then(
    ({ stdout }) => stdout.split('\n')[0]?.trim() ?? null,
    () => null,
  );
}

async function measure(bundle: Bundle, card: string, batchSize: number, ms: number): Promise<BenchmarkRow> {
  const [{ manifest }] = bundle.stages;
  const engine = await engineRate(bundle, batchSize, ms);
  const bare = await bareRate(bundle, batchSize, ms);
  const peak = PEAK_TERAFLOPS.find(([pattern]) => pattern.test(card))?.[1];
  const used = (engine * 2 * manifest.multiplyAddCount) / 1e12;
  return {
    name: `${card}, batch ${batchSize}: patches by the engine against the bare loop`,
    goal: '≥ 0.95',
    reached: `${(engine / bare).toFixed(2)} (${engine.toFixed(0)} patches/s)`,
    met: engine / bare >= 0.95,
    peer:
      `session.run alone ${bare.toFixed(0)} patches/s; ${used.toFixed(2)} teraflops` +
      (peak === undefined ? '' : `, ${((used / peak) * 100).toFixed(2)} % of the card's ${peak}`),
    command: 'npm run bench -- gpu',
  };
}

const noise = (bytes: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bytes).map((_, at) => (at * 2_654_435_761) >>> 24);

/** Two batches are always under way, as in the pipeline. */
async function engineRate({ stages: [network] }: Bundle, batchSize: number, ms: number): Promise<number> {
  await using engine = await createOrtThreadEngine({ ...network, batchSize, provider: 'cuda' });
  const until = performance.now() + ms;
  let batches = 0;
  const lane = async (): Promise<void> => {
    let data = noise(batchSize * engine.patchSizePx ** 2 * 3);
    while (performance.now() < until) {
      data = (await engine.infer({ data, count: batchSize })).data;
      batches += 1;
    }
  };
  const began = performance.now();
  await Promise.all([lane(), lane()]);
  return (batches * batchSize * 1000) / (performance.now() - began);
}

async function bareRate({ stages: [network] }: Bundle, batchSize: number, ms: number): Promise<number> {
  const { input, output, patchSizePx } = network.manifest;
  const session = await InferenceSession.create(inHalfPrecision(network.model), { executionProviders: ['cuda'] });
  const shape = [batchSize, patchSizePx, patchSizePx, 3];
  const feeds = { [input.name]: new Tensor('uint8', noise(batchSize * patchSizePx ** 2 * 3), shape) };
  await session.run(feeds, [output.name]);
  const began = performance.now();
  let batches = 0;
  for (; performance.now() < began + ms; batches += 1) await session.run(feeds, [output.name]);
  const rate = (batches * batchSize * 1000) / (performance.now() - began);
  await session.release();
  return rate;
}
