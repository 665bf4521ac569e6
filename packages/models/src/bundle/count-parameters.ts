import type { ModelProto } from '../onnx/generated/onnx-ml_pb.js';

/** Which inputs of a node training moves by gradient; batch normalisation's mean and variance are statistics. */
const TRAINABLE_INPUTS: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  Gemm: [1, 2],
  BatchNormalization: [1, 2],
};

/** Counts the trainable parameters of a model file; what lies in the door (`door.*`) is fixed. */
export function countParameters(model: ModelProto): number {
  const graph = model.graph;
  const sizes = new Map(graph?.initializer.map((t) => [t.name, t.dims.reduce((a, b) => a * Number(b), 1)]));
  const trainable = new Set(
    graph?.node.flatMap((node) => (TRAINABLE_INPUTS[node.opType] ?? []).map((i) => node.input[i] ?? '')),
  );
  return [...trainable]
    .filter((name) => !name.startsWith('door.'))
    .reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
}
