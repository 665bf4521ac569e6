import type { ModelProto, TensorProto } from '../onnx/generated/onnx-ml_pb.js';
import { TensorProto_DataLocation } from '../onnx/generated/onnx-ml_pb.js';

/** The tensors whose bytes lie in files beside the model, wherever the model holds them. */
export function externalTensors(model: ModelProto): TensorProto[] {
  return [...everyTensor(model)].filter(
    (tensor) => tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0,
  );
}

/** Weights, and the tensors that constants carry as attributes, in subgraphs and functions too. */
function* everyTensor(model: ModelProto): Generator<TensorProto> {
  const graphs = model.graph === undefined ? [] : [model.graph];
  const nodes = model.functions.flatMap((f) => f.node);
  do {
    const graph = graphs.pop();
    yield* graph?.initializer ?? [];
    for (const sparse of graph?.sparseInitializer ?? []) {
      if (sparse.values !== undefined) yield sparse.values;
      if (sparse.indices !== undefined) yield sparse.indices;
    }
    nodes.push(...(graph?.node ?? []));
    for (let node = nodes.pop(); node !== undefined; node = nodes.pop())
      for (const attribute of node.attribute) {
        if (attribute.t !== undefined) yield attribute.t;
        yield* attribute.tensors;
        for (const sparse of [attribute.sparseTensor, ...attribute.sparseTensors]) {
          if (sparse?.values !== undefined) yield sparse.values;
          if (sparse?.indices !== undefined) yield sparse.indices;
        }
        if (attribute.g !== undefined) graphs.push(attribute.g);
        graphs.push(...attribute.graphs);
      }
  } while (graphs.length > 0);
}
