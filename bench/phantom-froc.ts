import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FrocResult, frocOfHits } from '@gigascope/findings';
import { paintMetastasisPhantom } from '@gigascope/phantom';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { describeFroc, JUDGE_SCALE, type JudgedSlide, judgeSlides } from './judge-slides.ts';

const WORK = 'var/phantom-froc';
const SIZE = { widthPx: 16_000, heightPx: 14_000 };
/** Training uses seeds under 1000 only. */
const TUMOUR_SEEDS = Array.from({ length: 10 }, (_, k) => 1000 + k);
const NORMAL_SEEDS = Array.from({ length: 10 }, (_, k) => 1010 + k);
/** Longest diameters on each tumour slide, µm: five that are no ITC, three of them under 600. */
const DIAMETERS_UM = [1100, 700, 520, 400, 300];
const PRECISE = 'metastasis-precise';
const COMMAND = 'npm run bench -- phantom-froc';

/** Phantom FROC: of our own drawn slides, so it proves the pipeline and not the medicine. */
export const phantomFroc: Benchmark = {
  description: '10 tumour and 10 normal phantoms of unseen seeds, the model beside a haematoxylin threshold',
  async run(say) {
    const slides = await frocPhantoms();
    const { model, baseline } = await judgeSlides(slides, { work: WORK, say });
    const work = join(WORK, PRECISE);
    await mkdir(work, { recursive: true });
    const precise = await judgeSlides(slides, { work, options: ['--model', PRECISE], say });
    const [shipped, floor, second] = [model, baseline, precise.model].map((hits) => frocOfHits(hits, JUDGE_SCALE));
    return [
      ...rows(shipped as FrocResult, floor as FrocResult),
      preciseRow(second as FrocResult, shipped as FrocResult),
    ];
  },
};

/** The slides, drawn once: lesions of known diameter on the first ten, none on the others. */
export async function frocPhantoms(): Promise<JudgedSlide[]> {
  await mkdir(WORK, { recursive: true });
  const slides: JudgedSlide[] = [];
  for (const seed of [...TUMOUR_SEEDS, ...NORMAL_SEEDS]) slides.push(await paintOnce(seed));
  return slides;
}

async function paintOnce(seed: number): Promise<JudgedSlide> {
  const name = `phantom-${seed}`;
  const [path, maskPath] = [join(WORK, `${name}.svs`), join(WORK, `${name}.mask.tif`)];
  const isTumour = TUMOUR_SEEDS.includes(seed);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) {
    const kind = isTumour ? { lesions: DIAMETERS_UM } : { normal: true };
    await paintMetastasisPhantom({ seed, ...SIZE, ...kind, format: 'aperio', out: path });
    if (!isTumour) await rm(maskPath, { force: true });
  }
  return { name, path, maskPath: isTumour ? maskPath : null };
}

function rows(model: FrocResult, baseline: FrocResult): BenchmarkRow[] {
  const score = model.score ?? 0;
  const peer = baseline.score ?? 0;
  const what = `${model.lesions} lesions that are no ITC, ${model.slides} slides`;
  return [
    {
      name: 'phantom FROC of the metastasis bundle',
      goal: '≥ 0.90',
      reached: describeFroc(model),
      met: score >= 0.9,
      peer: `haematoxylin density, same NMS: ${peer.toFixed(4)}; ${what}`,
      command: COMMAND,
    },
    {
      name: 'phantom FROC of haematoxylin density',
      goal: '≤ 0.60',
      reached: Number(peer.toFixed(4)),
      met: peer <= 0.6,
      peer: 'the phantoms are too easy above it',
      command: COMMAND,
    },
  ];
}

function preciseRow(precise: FrocResult, shipped: FrocResult): BenchmarkRow {
  return {
    name: `phantom FROC of ${PRECISE}`,
    goal: '≥ 0.95',
    reached: describeFroc(precise),
    met: (precise.score ?? 0) >= 0.95,
    peer: `metastasis ${describeFroc(shipped)}`,
    command: COMMAND,
  };
}
