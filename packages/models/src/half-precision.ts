import { create } from '@bufbuild/protobuf';
import { FEATURES_IN, LOGITS } from './architectures/architecture.ts';
import { int } from './graph/attributes.ts';
import {
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
} from './onnx/generated/onnx-ml_pb.js';
import { decodeModel, encodeModel } from './onnx/model-file.ts';

const HALF = '.half';

/**
 * The same network with its layers in float16, for cards that multiply those several times as fast: from `features_in` to
 * `logits`, so that bytes go in, sums of pixels are exact, and the softmax is float32 as before. Takes and gives the bytes of
 * an .onnx file; one without these two tensors comes back as it is.
 */
export function inHalfPrecision(bytes: Uint8Array): Uint8Array {
  const model = decodeModel(bytes);
  const graph = model.graph;
  const made = new Set(graph?.node.flatMap(({ output }) => output));
  if (graph === undefined || !made.has(FEATURES_IN) || !made.has(LOGITS)) return bytes;
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const halves = new Map<string, TensorProto>();
  /** Names of tensors that are float16 from now on, and what they are called then. */
  const renamed = new Map([[FEATURES_IN, `${FEATURES_IN}${HALF}`]]);

  const nodes = graph.node.flatMap((node): NodeProto[] => {
    if (!node.input.some((name) => renamed.has(name))) {
      const own = [node];
      return node.output.includes(FEATURES_IN) ? [...own, cast(FEATURES_IN, `${FEATURES_IN}${HALF}`, 'FLOAT16')] : own;
    }
    const input = node.input.map((name) => renamed.get(name) ?? halfConstant(constants.get(name), halves) ?? name);
    for (const name of node.output) renamed.set(name, `${name}${HALF}`);
    const half = { ...node, input, output: node.output.map((name) => `${name}${HALF}`) };
    if (!node.output.includes(LOGITS)) return [half];
    renamed.delete(LOGITS);
    return [half, cast(`${LOGITS}${HALF}`, LOGITS, 'FLOAT')];
  });
  const used = new Set(nodes.flatMap(({ input }) => input));
  const initializer = [...graph.initializer, ...halves.values()].filter(({ name }) => used.has(name));
  return encodeModel({ ...model, graph: { ...graph, node: nodes, initializer } });
}

/** The name of a float32 constant's float16 copy, made when it is first asked for; undefined for anything else. */
function halfConstant(tensor: TensorProto | undefined, halves: Map<string, TensorProto>): string | undefined {
  if (tensor?.dataType !== TensorProto_DataType.FLOAT) return undefined;
  const name = `${tensor.name}${HALF}`;
  const values = new Float32Array(Uint8Array.from(tensor.rawData).buffer);
  const rawData = new Uint8Array(Float16Array.from(values).buffer);
  halves.set(name, { ...tensor, name, dataType: TensorProto_DataType.FLOAT16, rawData });
  return name;
}

function cast(from: string, to: string, type: 'FLOAT' | 'FLOAT16'): NodeProto {
  return create(NodeProtoSchema, {
    name: `${to}.cast`,
    opType: 'Cast',
    input: [from],
    output: [to],
    attribute: [int(TensorProto_DataType[type])('to')],
  });
}
