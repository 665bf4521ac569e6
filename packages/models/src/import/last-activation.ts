import type { GraphProto } from '../onnx/generated/onnx-ml_pb.js';

const ACTIVATIONS = ['Softmax', 'LogSoftmax', 'Sigmoid', 'HardSigmoid'] as const;
type Activation = (typeof ACTIVATIONS)[number];

/** Operators that move numbers and do not change them. */
const CARRIERS = new Set(['Identity', 'Cast', 'Squeeze', 'Unsqueeze', 'Flatten', 'Reshape', 'Transpose', 'Dropout']);

/** The activation that an output comes from, looking through what only moves numbers; null for anything else. */
export function lastActivation(graph: GraphProto, output: string): Activation | null {
  const makers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  let node = makers.get(output);
  while (node !== undefined && CARRIERS.has(node.opType)) node = makers.get(node.input[0] ?? '');
  return ACTIVATIONS.find((name) => name === node?.opType) ?? null;
}
