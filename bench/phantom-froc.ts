import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FrocResult,
  findHits,
  formatDetectionCsv,
  frocOfHits,
  nmsDisc,
  nmsRadiusCells,
  parseDetectionCsv,
  type SlideHits,
} from '@gigascope/findings';
import { PHANTOM_MPP, paintMetastasisPhantom } from '@gigascope/phantom';
import { readTruthMask } from '../services/cli/src/mask-file.ts';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { gigascope } from './gigascope-command.ts';
import { haematoxylinMap } from './haematoxylin-map.ts';

const WORK = 'var/phantom-froc';
const SIZE = { widthPx: 16_000, heightPx: 14_000 };
/** Training uses seeds under 1000 only. */
const TUMOUR_SEEDS = Array.from({ length: 10 }, (_, k) => 1000 + k);
const NORMAL_SEEDS = Array.from({ length: 10 }, (_, k) => 1010 + k);
/** Longest diameters on each tumour slide, µm: five that are no ITC, three of them under 600. */
const DIAMETERS_UM = [1100, 700, 520, 400, 300];
const CELL_PX = 128;
const NMS_RADIUS_UM = 186.6;
const SCALE = { mpp: PHANTOM_MPP, downsample: 32 };
const COMMAND = 'npm run bench -- phantom-froc';

/** Phantom FROC: of our own drawn slides, so it proves the pipeline and not the medicine. */
export const phantomFroc: Benchmark = {
  description: '10 tumour and 10 normal phantoms of unseen seeds, the model beside a haematoxylin threshold',
  async run(say) {
    await mkdir(WORK, { recursive: true });
    const model: SlideHits[] = [];
    const baseline: SlideHits[] = [];
    for (const seed of [...TUMOUR_SEEDS, ...NORMAL_SEEDS]) {
      const name = `phantom-${seed}`;
      const slide = await paintOnce(seed, name);
      const truth = TUMOUR_SEEDS.includes(seed)
        ? await readTruthMask(join(WORK, `${name}.mask.tif`), SCALE.downsample)
        : null;
      const out = join(WORK, `${name}.out`);
      const { score } = await gigascope(['analyze', slide, '--out', out]);
      const detections = parseDetectionCsv(await readFile(join(out, 'lesions.csv'), 'utf8'));
      model.push(findHits({ name, truth, detections }, SCALE, 'strict'));
      baseline.push(findHits({ name, truth, detections: await densityDetections(slide, name) }, SCALE, 'strict'));
      const hits = model.at(-1);
      const found = hits?.lesionScores.filter((value) => value !== null).length;
      say(
        `${name}: score ${score}, ${found} of ${hits?.lesionScores.length} lesions, ${hits?.falsePositives.length} false`,
      );
    }
    return rows(frocOfHits(model, SCALE), frocOfHits(baseline, SCALE));
  },
};

async function paintOnce(seed: number, name: string): Promise<string> {
  const out = join(WORK, `${name}.svs`);
  const exists = await access(out).then(
    () => true,
    () => false,
  );
  if (!exists) {
    const kind = TUMOUR_SEEDS.includes(seed) ? { lesions: DIAMETERS_UM } : { normal: true };
    await paintMetastasisPhantom({ seed, ...SIZE, ...kind, format: 'aperio', out });
    if (NORMAL_SEEDS.includes(seed)) await rm(join(WORK, `${name}.mask.tif`), { force: true });
  }
  return out;
}

/** The baseline's points: mean haematoxylin of each cell as heatmap, the same NMS, no threshold, so that its curve is whole. */
async function densityDetections(slide: string, name: string): Promise<{ p: number; xL0: number; yL0: number }[]> {
  const map = await haematoxylinMap(slide, CELL_PX);
  const radiusCells = nmsRadiusCells(NMS_RADIUS_UM, CELL_PX, PHANTOM_MPP);
  const points = nmsDisc(map, { threshold: 0, radiusCells }).map(({ colHeat, rowHeat, probability }) => ({
    p: probability,
    probability,
    xL0: (colHeat + 0.5) * CELL_PX,
    yL0: (rowHeat + 0.5) * CELL_PX,
  }));
  await writeFile(join(WORK, `${name}.density.csv`), formatDetectionCsv(points));
  return points;
}

function rows(model: FrocResult, baseline: FrocResult): BenchmarkRow[] {
  const score = model.score ?? 0;
  const peer = baseline.score ?? 0;
  const range =
    model.interval === null ? '' : ` (95 % ${model.interval.low.toFixed(3)}–${model.interval.high.toFixed(3)})`;
  const what = `${model.lesions} lesions that are no ITC, ${model.slides} slides`;
  return [
    {
      name: 'phantom FROC of the metastasis bundle',
      goal: '≥ 0.90',
      reached: `${score.toFixed(4)}${range}`,
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
