import { readFile } from 'node:fs/promises';
import { type Bundle, createOrtThreadEngine, type Engine, findBundle } from '@gigascope/models';
import { inHalfPrecision } from '../packages/models/src/half-precision.ts';
import { compareVariant } from '../services/cli/src/commands/models/compare-variant.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { phantomSlide } from './phantom-slide.ts';

const MODELS = new URL('../models', import.meta.url).pathname;
const NAMES = ['metastasis', 'metastasis-dense'];
const QUANTISED = 'var/quantised';
const PHANTOM = { seed: 1104, widthPx: 6000, heightPx: 6000 };
const BATCH = 32;
const LOOP_MS = { small: 500, full: 4000, large: 8000 };
const ROUNDS = 3;
const COMMAND = 'npm run bench -- arithmetic';

/** Whether other arithmetic than float32 pays on this processor: float16 by the runtime's own conversions, int8 by training/recipes/quantise.py. */
export const arithmetic: Benchmark = {
  description:
    'inference alone in float32, float16 and int8 (QDQ) on this processor, and how far their answers are apart',
  async run(say, size) {
    const slide = await phantomSlide(PHANTOM, say);
    const rows: BenchmarkRow[] = [];
    for (const name of NAMES) {
      const bundle = await findBundle(MODELS, name).catch(() => null);
      if (bundle === null) continue;
      const file = `${QUANTISED}/${name}.int8.onnx`;
      const int8 = await readFile(file).catch(() => null);
      if (int8 === null) say(`no ${file}: python training/recipes/quantise.py ${name} makes it`);
      const half = inHalfPrecision(bundle.stages[0].model);
      const variants = { float16: half, ...(int8 && { int8: new Uint8Array(int8) }) };
      const rates = await fastest(bundle, variants, LOOP_MS[size]);
      for (const kind of Object.keys(variants)) {
        const [plain = 1, rate = 0] = [rates.get('float32'), rates.get(kind)];
        const difference = kind === 'int8' ? await describeDifference(bundle, file, slide) : '';
        rows.push({
          name: `${name} in ${kind}, inference alone`,
          goal: '> 1 to be shipped',
          reached: `${(rate / plain).toFixed(2)} × (${rate.toFixed(0)} patches/s)`,
          met: rate > plain,
          peer: `float32 ${plain.toFixed(0)} patches/s on one thread${difference}`,
          command: COMMAND,
        });
      }
    }
    return rows;
  },
};

async function describeDifference(bundle: Bundle, file: string, slide: string): Promise<string> {
  const { patches, meanDifference, largestDifference, flipped } = await compareVariant(bundle, file, slide);
  return `; on ${patches} phantom patches ${meanDifference.toFixed(4)} apart on average, ${largestDifference.toFixed(4)} at most, ${flipped} change sides`;
}

/** Patches a second of each, the best of several turns. */
async function fastest(
  { stages: [network] }: Bundle,
  variants: Readonly<Record<string, Uint8Array>>,
  ms: number,
): Promise<Map<string, number>> {
  const best = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [kind, model] of Object.entries({ float32: network.model, ...variants })) {
      await using engine = await createOrtThreadEngine({
        ...network,
        model,
        batchSize: BATCH,
        threads: 1,
        provider: 'cpu',
      });
      best.set(kind, Math.max(best.get(kind) ?? 0, await rateOf(engine, ms)));
    }
  return best;
}

async function rateOf(engine: Engine, ms: number): Promise<number> {
  let data = new Uint8Array(BATCH * engine.patchSizePx ** 2 * 3).map((_, at) => (at * 2_654_435_761) >>> 24);
  data = (await engine.infer({ data, count: BATCH })).data;
  const began = performance.now();
  let batches = 0;
  for (; performance.now() < began + ms; batches += 1) data = (await engine.infer({ data, count: BATCH })).data;
  return (batches * BATCH * 1000) / (performance.now() - began);
}
