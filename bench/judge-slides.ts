import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FrocResult,
  findHits,
  formatDetectionCsv,
  nmsDisc,
  nmsRadiusCells,
  parseDetectionCsv,
  type ScoredPoint,
  type SlideHits,
} from '@gigascope/findings';
import { PHANTOM_MPP } from '@gigascope/phantom';
import { readTruthMask } from '../services/cli/src/mask-file.ts';
import { gigascope } from './gigascope-command.ts';
import { haematoxylinMap } from './haematoxylin-map.ts';

export interface JudgedSlide {
  readonly name: string;
  readonly path: string;
  /** null: a normal slide. */
  readonly maskPath: string | null;
}

export interface JudgeSettings {
  /** Where results go, one folder a slide. */
  readonly work: string;
  /** Of `analyze`, besides slide and output. */
  readonly options?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
}

/** What model and baseline found on the same slides. */
export interface Judged {
  readonly model: readonly SlideHits[];
  readonly baseline: readonly SlideHits[];
}

export const JUDGE_SCALE = { mpp: PHANTOM_MPP, downsample: 32 };
/** One slide's reading and starting fill the gaps of the other's inference. */
const AT_ONCE = 2;
const CELL_PX = 128;
const NMS_RADIUS_UM = 186.6;

/** Analyses the slides with the real command and sorts their lesions, and the haematoxylin baseline's, into hits and false positives (strict). */
export async function judgeSlides(slides: readonly JudgedSlide[], settings: JudgeSettings): Promise<Judged> {
  const judged: { model: SlideHits; baseline: SlideHits }[] = [];
  for (let k = 0; k < slides.length; k += AT_ONCE)
    judged.push(...(await Promise.all(slides.slice(k, k + AT_ONCE).map((slide) => judgeSlide(slide, settings)))));
  return { model: judged.map(({ model }) => model), baseline: judged.map(({ baseline }) => baseline) };
}

async function judgeSlide(
  { name, path, maskPath }: JudgedSlide,
  { work, say, options = [], environment = {} }: JudgeSettings,
): Promise<{ model: SlideHits; baseline: SlideHits }> {
  const truth = maskPath === null ? null : await readTruthMask(maskPath, JUDGE_SCALE.downsample);
  const out = resultFolder(work, name);
  const { score } = await gigascope(['analyze', path, '--out', out, ...options], environment);
  const detections = parseDetectionCsv(await readFile(join(out, 'lesions.csv'), 'utf8'));
  const model = findHits({ name, truth, detections }, JUDGE_SCALE, 'strict');
  const dense = await densityDetections(path, join(work, `${name}.density.csv`));
  const found = model.lesionScores.filter((value) => value !== null).length;
  say(
    `${name}: score ${score}, ${found} of ${model.lesionScores.length} lesions, ${model.falsePositives.length} false`,
  );
  return { model, baseline: findHits({ name, truth, detections: dense }, JUDGE_SCALE, 'strict') };
}

/** Where `judgeSlides` has a slide's results written. */
export function resultFolder(work: string, name: string): string {
  return join(work, `${name}.out`);
}

/** A score with its interval. */
export function describeFroc({ score, interval }: FrocResult): string {
  const range = interval === null ? '' : ` (95 % ${interval.low.toFixed(3)}–${interval.high.toFixed(3)})`;
  return `${(score ?? 0).toFixed(4)}${range}`;
}

/** The baseline's points: mean haematoxylin of each cell as heatmap, the same NMS, no threshold, so that its curve is whole. */
async function densityDetections(slide: string, csv: string): Promise<ScoredPoint[]> {
  const map = await haematoxylinMap(slide, CELL_PX);
  const radiusCells = nmsRadiusCells(NMS_RADIUS_UM, CELL_PX, PHANTOM_MPP);
  const points = nmsDisc(map, { threshold: 0, radiusCells }).map(({ colHeat, rowHeat, probability }) => ({
    p: probability,
    probability,
    xL0: (colHeat + 0.5) * CELL_PX,
    yL0: (rowHeat + 0.5) * CELL_PX,
  }));
  await writeFile(csv, formatDetectionCsv(points));
  return points;
}
