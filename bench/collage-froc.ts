import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FrocResult, frocOfHits } from '@gigascope/findings';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { type CollageSlide, drawCollage } from './collage/collage-slides.ts';
import { loadOutlines } from './collage/outlines.ts';
import { loadPatches, type Patches } from './collage/patches.ts';
import { slideLevelRow } from './collage/slide-level.ts';
import { describeFroc, JUDGE_SCALE, judgeSlides } from './judge-slides.ts';

const WORK = 'var/collage';
const DATA = fileURLToPath(new URL('../../shared/data/', import.meta.url));
/** A models folder in itself: the bundle's name is its folder's. */
const MODEL = 'model';
/** The same of the recipe's other networks, judged too where they are there. */
const OTHERS = ['metastasis-dense', 'metastasis-precise'];
/** Stain clusters that the network of training/recipes/collage_model.py never saw. */
const CLUSTERS = [0, 1, 5, 7];
const TUMOUR_SEEDS = Array.from({ length: 10 }, (_, k) => 2000 + k);
const NORMAL_SEEDS = Array.from({ length: 10 }, (_, k) => 2100 + k);
const COMMAND = 'npm run bench -- collage-froc';

/**
 * Collage FROC: real patches and real outlines, but put together by us. Neighbouring tiles are of different slides and stains,
 * only the central ninth of a tile has a known label, and slides share patches, so intervals over slides are too narrow.
 */
export const collageFroc: Benchmark = {
  description: '10 tumour and 10 normal slides of real patches of unseen stain clusters, lesions in real outlines',
  async run(say) {
    if (!existsSync(DATA)) {
      say('skipped: no shared data');
      return [];
    }
    if (!existsSync(join(WORK, MODEL, 'model.json'))) {
      say(`skipped: no ${join(WORK, MODEL)}; python training/recipes/collage_model.py makes it`);
      return [];
    }
    await mkdir(WORK, { recursive: true });
    const patches = await loadPatches(join(DATA, 'labelled/classification/pcam'), CLUSTERS);
    const archive = join(DATA, 'camelyon16/lesion-polygons-train.tar.xz');
    const material = { patches, outlines: await loadOutlines(archive, join(WORK, 'outlines')) };
    const slides: CollageSlide[] = [];
    for (const seed of [...TUMOUR_SEEDS, ...NORMAL_SEEDS])
      slides.push(await drawCollage(seed, TUMOUR_SEEDS.includes(seed), material, WORK));
    const environment = { GIGASCOPE_MODELS: WORK };
    const { model, baseline } = await judgeSlides(slides, {
      work: WORK,
      options: ['--model', MODEL],
      environment,
      say,
    });
    const froc = frocRow(frocOfHits(model, JUDGE_SCALE), frocOfHits(baseline, JUDGE_SCALE), slides, patches);
    const level = await slideLevelRow(slides, WORK, COMMAND);
    return [froc, level, ...(await otherRows(slides, froc, say))];
  },
};

/** The recipe's other networks on the same slides. */
async function otherRows(
  slides: readonly CollageSlide[],
  padded: BenchmarkRow,
  say: (line: string) => void,
): Promise<BenchmarkRow[]> {
  const rows: BenchmarkRow[] = [];
  for (const network of OTHERS) {
    const bundle = `${MODEL}-${network}`;
    if (!existsSync(join(WORK, bundle, 'model.json'))) continue;
    const work = join(WORK, network);
    await mkdir(work, { recursive: true });
    const options = ['--model', bundle];
    const { model } = await judgeSlides(slides, { work, options, environment: { GIGASCOPE_MODELS: WORK }, say });
    rows.push({
      name: `collage FROC of the network of ${network}`,
      goal: 'stated beside that of metastasis',
      reached: describeFroc(frocOfHits(model, JUDGE_SCALE)),
      met: true,
      peer: `metastasis ${padded.reached}`,
      command: COMMAND,
    });
  }
  return rows;
}

function frocRow(
  model: FrocResult,
  baseline: FrocResult,
  slides: readonly CollageSlide[],
  patches: Patches,
): BenchmarkRow {
  const tumourTiles = slides.reduce((sum, slide) => sum + slide.tumourTiles, 0);
  const normalTiles = slides.reduce((sum, slide) => sum + slide.normalTiles, 0);
  const rates = model.sensitivities.map((value) => (value ?? 0).toFixed(2)).join(' ');
  return {
    name: 'collage FROC (real patches of unseen stain clusters, drawn together by us)',
    goal: 'above its peer',
    reached: describeFroc(model),
    met: (model.score ?? 0) > (baseline.score ?? 0),
    peer:
      `haematoxylin density, same NMS: ${describeFroc(baseline)}; sensitivity ${rates} at 1/4 1/2 1 2 4 8 false positives a slide; ` +
      `${model.lesions} lesions that are no ITC, ${TUMOUR_SEEDS.length} tumour and ${NORMAL_SEEDS.length} normal slides; ` +
      `${tumourTiles} tumour and ${normalTiles} normal tiles from ${patches.tumour.length} and ${patches.normal.length} patches, which the slides share`,
    command: COMMAND,
  };
}
