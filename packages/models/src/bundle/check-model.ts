import { type BundleManifest, GigascopeError } from '@gigascope/contracts';
import { readValueInfo } from '../graph/protos.ts';
import { formatShape, type Tensor } from '../graph/tensor.ts';
import type { ModelProto, TensorProto } from '../onnx/generated/onnx-ml_pb.js';
import { TensorProto_DataLocation } from '../onnx/generated/onnx-ml_pb.js';
import { decodeModel } from '../onnx/model-file.ts';

/**
 * Checks a model file against its manifest without running it: it parses, keeps all its weights inside, takes
 * uint8 [N, patchSizePx, patchSizePx, 3] and gives float32 [N, classes]. Throws MODEL_HASH_MISMATCH where the bytes
 * are no model, COMPANION_OUTSIDE_SLIDE for external data, MODEL_OUTPUT_INVALID for a door of another shape.
 */
export function checkModel(bytes: Uint8Array, manifest: BundleManifest): ModelProto {
  const model = parse(bytes);
  const graph = model.graph;
  if (graph === undefined || graph.node.length === 0)
    throw new GigascopeError('MODEL_HASH_MISMATCH', 'the file holds no graph');
  for (const tensor of everyTensor(model))
    if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0)
      throw new GigascopeError('COMPANION_OUTSIDE_SLIDE', `weights "${tensor.name}" lie outside the model file`);
  const initializers = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter((info) => !initializers.has(info.name));
  const input = inputs.length === 1 && inputs[0] !== undefined ? readValueInfo(inputs[0]) : null;
  const output = graph.output.map(readValueInfo).find((info) => info?.name === manifest.output.name);
  const { patchSizePx: size, classes } = manifest;
  requireDoor('input', input, manifest.input.name, 'uint8', [size, size, 3]);
  requireDoor('output', output, manifest.output.name, 'float32', [classes.length]);
  return model;
}

function parse(bytes: Uint8Array): ModelProto {
  try {
    return decodeModel(bytes);
  } catch (cause) {
    throw new GigascopeError('MODEL_HASH_MISMATCH', 'the file is no ONNX model', { cause });
  }
}

function requireDoor(
  what: string,
  tensor: Tensor | null | undefined,
  name: string,
  dtype: string,
  perPatch: readonly number[],
): void {
  const [batch, ...rest] = tensor?.shape ?? [];
  const fits =
    tensor?.name === name &&
    tensor.dtype === dtype &&
    typeof batch === 'object' &&
    rest.length === perPatch.length &&
    rest.every((size, i) => size === perPatch[i]);
  if (fits) return;
  const found =
    tensor === null || tensor === undefined ? 'nothing' : `${tensor.name} ${tensor.dtype} ${formatShape(tensor.shape)}`;
  throw new GigascopeError(
    'MODEL_OUTPUT_INVALID',
    `the model’s ${what} is ${found}, its manifest says ${name} ${dtype} [N, ${perPatch.join(', ')}]`,
  );
}

/** Weights, and the tensors that constants carry as attributes, in subgraphs and functions too. */
function* everyTensor(model: ModelProto): Generator<TensorProto> {
  const graphs = model.graph === undefined ? [] : [model.graph];
  const nodes = model.functions.flatMap((f) => f.node);
  for (let graph = graphs.pop(); graph !== undefined; graph = graphs.pop()) {
    yield* graph.initializer;
    for (const sparse of graph.sparseInitializer) {
      if (sparse.values !== undefined) yield sparse.values;
      if (sparse.indices !== undefined) yield sparse.indices;
    }
    nodes.push(...graph.node);
    for (let node = nodes.pop(); node !== undefined; node = nodes.pop())
      for (const attribute of node.attribute) {
        if (attribute.t !== undefined) yield attribute.t;
        yield* attribute.tensors;
        if (attribute.g !== undefined) graphs.push(attribute.g);
        graphs.push(...attribute.graphs);
      }
  }
}
