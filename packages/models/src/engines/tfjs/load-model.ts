import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GigascopeError } from '@gigascope/contracts';
import type { GraphModel, io, LayersModel, Tensor } from '@tensorflow/tfjs';
import type { EngineOptions } from '../options.ts';
import { isLayersModel, type ModelJson, readModelJson } from './model-json.ts';
import type { TensorFlowRuntime } from './tensorflow.ts';

/** A loaded model with one image input. */
export interface TfModel {
  readonly inputs: readonly { readonly shape?: readonly (number | null)[] | undefined; readonly dtype: string }[];
  /** The output that the manifest names, of a batch that stays the caller's to dispose. */
  run(batch: Tensor): Promise<Tensor>;
  dispose(): Promise<void>;
}

/** Loads a TensorFlow.js model, or a SavedModel with the native package. Throws MODEL_HASH_MISMATCH, MODEL_OUTPUT_INVALID without the output. */
export async function loadTfModel(runtime: TensorFlowRuntime, options: EngineOptions): Promise<TfModel> {
  const { files = new Map<string, Uint8Array>(), manifest, model } = options;
  const output = manifest.output.name;
  if (files.has('saved_model.pb')) return await loadSaved(runtime, files, output);
  const json = readModelJson(model);
  const handler = runtime.tf.io.fromMemory(artifactsOf(json, files));
  return isLayersModel(json)
    ? layersModel(await runtime.tf.loadLayersModel(handler), output)
    : graphModel(await runtime.tf.loadGraphModel(handler), output);
}

function artifactsOf(json: ModelJson, files: ReadonlyMap<string, Uint8Array>): io.ModelArtifacts {
  const shards = json.weightsManifest
    .flatMap(({ paths }) => paths)
    .map((path) => {
      const bytes = files.get(path);
      if (bytes === undefined) throw new GigascopeError('BUNDLE_INCOMPLETE', path);
      return bytes;
    });
  const weightData = Uint8Array.from(Buffer.concat(shards)).buffer;
  const weightSpecs = json.weightsManifest.flatMap(({ weights }) => weights) as io.WeightsManifestEntry[];
  return { ...json, weightSpecs, weightData } as io.ModelArtifacts;
}

function layersModel(model: LayersModel, output: string): TfModel {
  const place = placeOf(output, model.outputNames);
  return {
    inputs: model.inputs.map(({ shape, dtype }) => ({ shape, dtype: dtype ?? 'float32' })),
    run: async (batch) => {
      const results = [model.predictOnBatch(batch)].flat();
      results.forEach((tensor, i) => {
        if (i !== place) tensor.dispose();
      });
      return results[place] as Tensor;
    },
    dispose: async () => void model.dispose(),
  };
}

function graphModel(model: GraphModel, output: string): TfModel {
  const name = model.outputNodes[placeOf(output, model.outputNodes)] ?? output;
  const input = model.inputNodes[0] ?? '';
  // Networks with branches can only be run bit by bit; the library says so at the first try.
  let isBranched = false;
  return {
    inputs: model.inputs,
    run: async (batch) => {
      try {
        if (!isBranched) return model.execute({ [input]: batch }, name) as Tensor;
      } catch (cause) {
        if (!/executeAsync/.test(String(cause))) throw cause;
        isBranched = true;
      }
      return (await model.executeAsync({ [input]: batch }, name)) as Tensor;
    },
    dispose: async () => model.dispose(),
  };
}

async function loadSaved(
  { description, loadSavedModel }: TensorFlowRuntime,
  files: ReadonlyMap<string, Uint8Array>,
  output: string,
): Promise<TfModel> {
  if (loadSavedModel === null)
    throw new GigascopeError(
      'MODEL_UNSUPPORTED',
      `${description.runtime} reads no SavedModel: install @tensorflow/tfjs-node-gpu, or convert it with tensorflowjs_converter`,
    );
  const folder = await mkdtemp(join(tmpdir(), 'saved-model-'));
  try {
    for (const [name, bytes] of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), bytes);
    }
    const model = await loadSavedModel(folder);
    const names = model.outputs.map(({ name }) => name);
    const name = names[placeOf(output, names)] ?? output;
    return {
      inputs: model.inputs,
      run: async (batch) => {
        const { [name]: answer, ...others } = model.predict({ [model.inputs[0]?.name ?? '']: batch });
        for (const tensor of Object.values(others)) tensor.dispose();
        return answer as Tensor;
      },
      dispose: async () => model.dispose(),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Which of a model's outputs is meant: the one of that name, with or without TensorFlow's `:0`, or the only one. */
function placeOf(output: string, names: readonly string[]): number {
  const place = names.findIndex((name) => name === output || name === `${output}:0`);
  if (place >= 0) return place;
  if (names.length === 1) return 0;
  throw new GigascopeError('MODEL_OUTPUT_INVALID', `no output is ${output}: they are ${names.join(', ')}`);
}
