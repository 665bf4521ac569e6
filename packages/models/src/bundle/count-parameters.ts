import { constantsOf } from '../onnx/constants.ts';
import type { ModelProto } from '../onnx/generated/onnx-ml_pb.js';

/** Which inputs of a node training moves by gradient; batch normalisation's mean and variance are statistics. */
const TRAINABLE_INPUTS: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [1, 2],
  MatMul: [0, 1],
  BatchNormalization: [1, 2],
  InstanceNormalization: [1, 2],
  LayerNormalization: [1, 2],
};

/** What surrounds a network: the door of all of them, the tail of imported ones. */
const FIXED = /^(?:door|answer)\./;

/**
 * Counts the trainable parameters of a model file. Biases that another library adds by an operator of their own are not
 * among them; where weights are stored in a form that is not known here, every number of the file counts.
 */
export function countParameters(model: ModelProto): number {
  const { graph } = model;
  if (graph === undefined) return 0;
  const constants = [...constantsOf(graph)].filter(([name]) => !FIXED.test(name));
  const sizes = new Map(constants.map(([name, { dims }]) => [name, dims.reduce((a, b) => a * Number(b), 1)]));
  const trainable = new Set(
    graph.node.flatMap((node) => (TRAINABLE_INPUTS[node.opType] ?? []).map((i) => node.input[i] ?? '')),
  );
  const sum = (names: Iterable<string>) => [...names].reduce((total, name) => total + (sizes.get(name) ?? 0), 0);
  return sum(trainable) || sum(sizes.keys());
}
