import { GigascopeError, type ModelManifest } from '@gigascope/contracts';
import type { Engine } from '../engines/engine.ts';
import { batchBytes } from '../engines/options.ts';
import { randomStream } from '../graph/random.ts';
import type { StageBundle } from './load-bundle.ts';

/**
 * Draws the golden patch: pale stroma with dark blobs, different in every orientation, the same bytes on every machine
 * (whole-number arithmetic). uint8 RGB, sizePx² · 3.
 */
export function goldenPatch(sizePx: number): Uint8Array<ArrayBuffer> {
  const next = randomStream(1, 'golden patch');
  const blobs = Array.from({ length: 40 }, () => ({
    x: Math.floor(next() * sizePx),
    // Denser towards the bottom, so that a patch upside down is another patch.
    y: Math.floor(Math.max(next(), next()) * sizePx),
    squaredRadius: 30 + Math.floor(next() * 300),
  }));
  const patch = new Uint8Array(sizePx * sizePx * 3);
  for (let y = 0; y < sizePx; y++)
    for (let x = 0; x < sizePx; x++) {
      const inside = blobs.some((b) => (b.x - x) ** 2 + (b.y - y) ** 2 < b.squaredRadius);
      const noise = Math.floor(next() * 24);
      const rgb = inside ? [88, 52, 120] : [214, 150, 190];
      for (let c = 0; c < 3; c++) patch[(y * sizePx + x) * 3 + c] = (rgb[c] as number) + noise;
    }
  return patch;
}

/** Runs one patch and gives what a manifest keeps of its answer (GoldenPatch.expected). */
export async function runGolden(engine: Engine, task: ModelManifest['task'], patch: Uint8Array): Promise<number[]> {
  const data = new Uint8Array(batchBytes(engine.batchSize, engine.patchSizePx));
  data.set(patch);
  const [answer = new Float32Array()] = (await engine.infer({ data, count: 1 })).answers;
  return SUMMARIES[task](answer, engine.classes);
}

/**
 * Runs a square that begins with the golden patch on an engine for squares: its first cell must say what the patch alone says,
 * or this runtime does not give the same in one pass as patch by patch (MODEL_OUTPUT_INVALID).
 */
export async function checkGoldenSquare(
  engine: Engine,
  { manifest, golden }: Pick<StageBundle, 'manifest' | 'golden'>,
): Promise<void> {
  const data = new Uint8Array(batchBytes(engine.batchSize, engine.patchSizePx));
  const rowBytes = manifest.patchSizePx * 3;
  for (let row = 0; row < manifest.patchSizePx; row++)
    data.set(golden.subarray(row * rowBytes, (row + 1) * rowBytes), row * engine.patchSizePx * 3);
  const [answer = new Float32Array()] = (await engine.infer({ data, count: 1 })).answers;
  compare([...answer.subarray(0, engine.classes)], manifest.golden.expected, toleranceOf(engine, manifest));
}

const SUMMARIES: Readonly<Record<ModelManifest['task'], (answer: Float32Array, classes: number) => number[]>> = {
  classify: (answer) => [...answer],
  segment: meanOfFields,
  detect: sumsOfScores,
};

const FIELDS = 8;

/** For each class but the background the mean probability in 8 × 8 fields of the output, row-major. */
function meanOfFields(answer: Float32Array, classes: number): number[] {
  const places = answer.length / classes;
  const side = Math.sqrt(places);
  const edge = (field: number): number => Math.floor((field * side) / FIELDS);
  const means: number[] = [];
  for (let c = 1; c < classes; c++)
    for (let row = 0; row < FIELDS; row++)
      for (let col = 0; col < FIELDS; col++) {
        let sum = 0;
        for (let y = edge(row); y < edge(row + 1); y++)
          for (let x = edge(col); x < edge(col + 1); x++) sum += answer[c * places + y * side + x] as number;
        means.push(sum / ((edge(row + 1) - edge(row)) * (edge(col + 1) - edge(col))));
      }
  return means;
}

/** For each class the sum of its boxes' scores. */
function sumsOfScores(answer: Float32Array, classes: number): number[] {
  const sums = new Array<number>(classes).fill(0);
  for (let at = 0; at < answer.length; at += 6) {
    const kind = answer[at + 5] as number;
    sums[kind] = (sums[kind] as number) + (answer[at + 4] as number);
  }
  return sums;
}

/**
 * Runs the bundle's golden patch and compares with what it gave when the bundle was made; further apart than the
 * manifest's tolerance, or with another number of classes, is MODEL_OUTPUT_INVALID.
 */
export async function checkGolden(engine: Engine, bundle: Pick<StageBundle, 'manifest' | 'golden'>): Promise<void> {
  const { golden } = bundle.manifest;
  const expected = engine.orientations === 8 ? golden.expectedOver8Orientations : golden.expected;
  if (expected === undefined)
    throw new GigascopeError('BUNDLE_INCOMPLETE', 'the manifest has no golden output over 8 orientations');
  const found = await runGolden(engine, bundle.manifest.task, bundle.golden);
  compare(found, expected, toleranceOf(engine, bundle.manifest));
}

/** How far float16 may be from float32: 11 bits of a logit of some tens. */
const HALF_TOLERANCE = 1e-2;

function toleranceOf({ description }: Engine, { golden }: StageBundle['manifest']): number {
  return description.provider === 'cpu' ? golden.tolerance : Math.max(golden.tolerance, HALF_TOLERANCE);
}

function compare(found: readonly number[], expected: readonly number[], tolerance: number): void {
  const apart = found.map((p, i) => Math.abs(p - (expected[i] ?? Number.NaN)));
  if (found.length !== expected.length || !apart.every((difference) => difference <= tolerance))
    throw new GigascopeError(
      'MODEL_OUTPUT_INVALID',
      `the golden patch gives [${found.map((p) => p.toFixed(6)).join(', ')}] instead of [${expected.map((p) => p.toFixed(6)).join(', ')}]`,
    );
}
