import { GigascopeError } from '@gigascope/contracts';
import { z } from 'zod';

const WeightSpec = z.looseObject({ name: z.string(), shape: z.array(z.int().nonnegative()), dtype: z.string() });

/** The part of TensorFlow.js' own model.json that loading needs (tfjs-core src/io/types.ts, ModelJSON). */
const ModelJson = z.looseObject({
  format: z.enum(['layers-model', 'graph-model']).optional(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()).min(1), weights: z.array(WeightSpec) })),
});
export type ModelJson = z.infer<typeof ModelJson>;

/** Reads TensorFlow.js' model.json. Throws MODEL_HASH_MISMATCH for other bytes. */
export function readModelJson(bytes: Uint8Array): ModelJson {
  const parsed = ModelJson.safeParse(parse(bytes));
  if (parsed.success) return parsed.data;
  throw new GigascopeError('MODEL_HASH_MISMATCH', 'the file is no TensorFlow.js model', { cause: parsed.error });
}

/** Layers models name a class, graph models hold nodes; old files do not state which they are. */
export function isLayersModel({ format, modelTopology }: ModelJson): boolean {
  return format === undefined ? !('node' in modelTopology) : format === 'layers-model';
}

/** Names of the weight shards, beside model.json. */
export function shardsOf(model: ModelJson): string[] {
  return model.weightsManifest.flatMap(({ paths }) => paths);
}

/** Numbers in the weights. */
export function countWeights(model: ModelJson): number {
  return model.weightsManifest
    .flatMap(({ weights }) => weights)
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}
