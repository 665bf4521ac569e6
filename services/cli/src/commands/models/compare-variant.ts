import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileWhole } from '@gigascope/analysis';
import { AnalysisParameters, GigascopeError } from '@gigascope/contracts';
import { type Bundle, sealBundle } from '@gigascope/models';
import { config } from '../../config.ts';
import { startEngine } from '../../services.ts';

const MODEL_FILE = 'model.onnx';
const MAX_PATCHES = 256;

/** How far another form of a classifying network, such as int8, is from the bundle's own on one slide's patches. */
export interface VariantDifference {
  readonly patches: number;
  /** Of the positive class's probability. */
  readonly meanDifference: number;
  readonly largestDifference: number;
  /** Patches that are on the other side of the bundle's threshold. */
  readonly flipped: number;
  /** Of the model files. */
  readonly bytes: { readonly own: number; readonly variant: number };
}

type Engine = ReturnType<typeof startEngine>;

/** Runs both on the same patches, spread over the slide's tissue; ARGUMENT_INVALID for a bundle that does not classify. */
export async function compareVariant(bundle: Bundle, variantFile: string, slide: string): Promise<VariantDifference> {
  const [{ manifest, model: own }] = bundle.stages;
  if (manifest.task !== 'classify' || bundle.stages.length > 1)
    throw new GigascopeError('ARGUMENT_INVALID', 'variants of classifying networks only');
  const variant = await readFile(variantFile);
  await using engine = await engineOf(bundle.folder);
  const patches = await somePatches(engine, slide);
  const folder = await mkdtemp(join(tmpdir(), 'gigascope-variant-'));
  try {
    await cp(bundle.folder, folder, { recursive: true });
    await writeFileWhole(join(folder, MODEL_FILE), variant);
    await sealBundle(folder);
    await using other = await engineOf(folder);
    const positive = manifest.classes.indexOf(manifest.positiveClass);
    const [a, b] = [await infer(engine, patches, positive), await infer(other, patches, positive)];
    const apart = a.map((p, k) => Math.abs(p - (b[k] as number)));
    const isPositive = (p: number | undefined): boolean => (p ?? 0) >= manifest.threshold;
    return {
      patches: a.length,
      meanDifference: apart.reduce((sum, d) => sum + d, 0) / apart.length,
      largestDifference: Math.max(...apart),
      flipped: a.filter((p, k) => isPositive(p) !== isPositive(b[k])).length,
      bytes: { own: own.length, variant: variant.length },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function engineOf(bundleFolder: string): Promise<Engine> {
  const engine = startEngine();
  // Both in the usual settings: a variant is not worth a calibration of its own.
  const { batchSize, threads } = config.engine;
  await engine.call('load', { bundleFolder, orientations: 1, patchwise: true, threads, batchSize });
  return engine;
}

/** uint8 RGB patches of cells spread evenly over the slide's tissue, one after the other. */
async function somePatches(engine: Engine, path: string): Promise<{ data: Uint8Array<ArrayBuffer>; count: number }> {
  const analysisId = 'variant';
  const parameters = AnalysisParameters.parse({ force: true });
  const plan = await engine.call('plan', { analysisId, path, parameters, stage: 0, regions: null });
  const cells = [...plan.tissueCells.entries()].filter(([, wanted]) => wanted === 1).map(([cell]) => cell);
  const step = Math.max(1, Math.ceil(cells.length / MAX_PATCHES));
  const parts: Uint8Array[] = [];
  for (let k = 0; k < cells.length; k += step) {
    const cell = cells[k] as number;
    const [colHeat, rowHeat] = [cell % plan.grid.columns, Math.floor(cell / plan.grid.columns)];
    parts.push((await engine.call('patch', { analysisId, stage: 0, colHeat, rowHeat })).patch);
  }
  if (parts.length === 0) throw new GigascopeError('ARGUMENT_INVALID', 'the slide has no tissue');
  return { data: Uint8Array.from(Buffer.concat(parts)), count: parts.length };
}

async function infer(
  engine: Engine,
  { data, count }: { data: Uint8Array<ArrayBuffer>; count: number },
  positive: number,
): Promise<number[]> {
  const { outputs } = await engine.call('infer', { stage: 0, patches: data, count });
  return outputs.map((answer) => answer[positive] as number);
}
