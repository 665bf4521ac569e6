import type { GraphProto, TensorProto } from './generated/onnx-ml_pb.js';

/** Every tensor that a graph states: its initializers and what Constant nodes carry, by name. */
export function constantsOf(graph: GraphProto): Map<string, TensorProto> {
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const { opType, output, attribute } of graph.node) {
    const tensor = attribute.find(({ name }) => name === 'value')?.t;
    if (opType === 'Constant' && tensor !== undefined) constants.set(output[0] ?? '', tensor);
  }
  return constants;
}
