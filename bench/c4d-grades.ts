import { access, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DetectionImage,
  evaluateDetections,
  evaluateKappa,
  type LabelledBox,
  type ScoredBox,
} from '@gigascope/findings';
import { paintC4dPhantom } from '@gigascope/phantom';
import type { Benchmark, BenchmarkRow } from './benchmark.ts';
import { gigascope } from './gigascope-command.ts';

const WORK = 'var/c4d-grades';
const SIZE = { widthPx: 8000, heightPx: 6000 };
/** Shares of positive capillaries, percent: on both sides of every border between grades. */
const RATIOS = [0, 4, 8, 12, 20, 40, 46, 54, 70, 90];
/** Training uses seeds under 1000 only. */
const FIRST_SEED = 1100;
const GRADES = 4;
const COMMAND = 'npm run bench -- c4d-grades';

interface Judged {
  readonly image: DetectionImage;
  readonly truth: { readonly ratio: number | null; readonly grade: number | null };
  readonly found: { readonly ratio: number | null; readonly grade: number | null };
  readonly threshold: number;
}

/** The C4d pipeline on phantoms of known ratio: of our own drawn slides, so it proves the pipeline and not the medicine. */
export const c4dGrades: Benchmark = {
  description: '10 C4d phantoms of unseen seeds: capillaries found, share of positive ones, Banff grade',
  async run(say) {
    await mkdir(WORK, { recursive: true });
    const judged: Judged[] = [];
    for (const [k, ratioPercent] of RATIOS.entries()) {
      const one = await judge(FIRST_SEED + k, ratioPercent);
      judged.push(one);
      const percent = (ratio: number | null): string => (ratio === null ? 'none' : `${(ratio * 100).toFixed(1)} %`);
      say(
        `ratio ${percent(one.truth.ratio)} read as ${percent(one.found.ratio)}, grade ${one.truth.grade} as ${one.found.grade}, ` +
          `${one.image.truth.length} capillaries, ${one.image.detections.length} found`,
      );
    }
    return rows(judged);
  },
};

async function judge(seed: number, ratioPercent: number): Promise<Judged> {
  const slide = join(WORK, `c4d-${seed}.tif`);
  if (!(await exists(slide))) await paintC4dPhantom({ seed, ...SIZE, ratioPercent, format: 'generic', out: slide });
  const truth = JSON.parse(await readFile(slide.replace(/\.tif$/, '.truth.geojson'), 'utf8'));
  const out = join(WORK, `c4d-${seed}.out`);
  const result = await gigascope(['analyze', slide, '--model', 'c4d', '--out', out]);
  const grading = result['grading'] as Judged['found'];
  const { features } = JSON.parse(await readFile(join(out, 'detections.geojson'), 'utf8'));
  return {
    image: { truth: truth.features.map(trueBox), detections: features.map(foundBox) },
    truth: { ratio: truth.properties.ratio, grade: truth.properties.grade },
    found: { ratio: grading.ratio, grade: grading.grade },
    threshold: result['threshold'] as number,
  };
}

type Properties = { readonly class: string; readonly box: readonly [number, number, number, number] };

function trueBox({ properties }: { readonly properties: Properties }): LabelledBox {
  const [x0, y0, x1, y1] = properties.box;
  return { class: `ptc-${properties.class}`, x0, y0, x1, y1 };
}

function foundBox(feature: {
  readonly geometry: { readonly coordinates: readonly (readonly (readonly [number, number])[])[] };
  readonly properties: {
    readonly classification: { readonly name: string };
    readonly measurements: { readonly Probability: number };
  };
}): ScoredBox {
  const corners = feature.geometry.coordinates[0] ?? [];
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return {
    class: feature.properties.classification.name,
    probability: feature.properties.measurements.Probability,
    ...{ x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) },
  };
}

function rows(judged: readonly Judged[]): BenchmarkRow[] {
  const result = evaluateDetections(
    judged.map(({ image }) => image),
    { threshold: judged[0]?.threshold ?? 0.5 },
  );
  const errors = judged.map(({ truth, found }) => 100 * Math.abs((truth.ratio ?? 0) - (found.ratio ?? 1)));
  const meanError = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const exact = judged.filter(({ truth, found }) => truth.grade === found.grade).length;
  const pairs = judged.map(({ truth, found }) => ({ truth: truth.grade ?? 0, predicted: found.grade ?? 0 }));
  const kappa = evaluateKappa(pairs, GRADES).kappa;
  const what = `${judged.length} phantoms, ${result.objects} capillaries`;
  const range = ({ value, interval }: typeof kappa): string =>
    `${value?.toFixed(4)}${interval === null ? '' : ` (95 % ${interval.low.toFixed(3)}–${interval.high.toFixed(3)})`}`;
  const row = (name: string, goal: string, reached: string, met: boolean): BenchmarkRow => ({
    ...{ name: `phantom C4d: ${name}`, goal, reached, met, peer: what, command: COMMAND },
  });
  return [
    row('capillary F1 at IoU 0.5', '≥ 0.90', range(result.f1), (result.f1.value ?? 0) >= 0.9),
    row('mean error of the ratio, points', '≤ 3', meanError.toFixed(2), meanError <= 3),
    row('Banff grade exact', '≥ 8 of 10', `${exact} of ${judged.length}`, exact >= 8),
    row('Banff grade, quadratic kappa', '-', range(kappa), true),
  ];
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
