import { create } from '@bufbuild/protobuf';
import { constantsOf } from '../onnx/constants.ts';
import {
  type GraphProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
} from '../onnx/generated/onnx-ml_pb.js';

/** In a Reshape's target, "as it is in the input". */
const KEEP = 0n;

/**
 * Lets a graph that was exported for one batch size take any, in place, as far as only Reshape nodes hold it: their
 * constant target [batch, …] becomes [as it is, …] where what they reshape comes from the image. Whether that was all,
 * only a run with another batch tells.
 */
export function freeBatch(graph: GraphProto, imageInput: string, batch: number): void {
  const fromImage = new Set([imageInput]);
  const constants = constantsOf(graph);
  for (const node of graph.node) {
    if (!node.input.some((name) => fromImage.has(name))) continue;
    for (const name of node.output) fromImage.add(name);
    if (node.opType !== 'Reshape' || !fromImage.has(node.input[0] ?? '')) continue;
    const target = integersOf(constants.get(node.input[1] ?? ''));
    if (target?.[0] === BigInt(batch) && target.length > 1 && !takesZeros(node))
      node.input[1] = addIntegers(graph, `inner.free.${node.output[0]}`, [KEEP, ...target.slice(1)]);
  }
  dropUnused(graph);
}

/** The runtime warns of tensors that nothing uses. */
function dropUnused(graph: GraphProto): void {
  // What subgraphs use, they name inside; such graphs are left alone.
  if (graph.node.some(({ attribute }) => attribute.some(({ g, graphs }) => g !== undefined || graphs.length > 0)))
    return;
  const used = new Set([...graph.node.flatMap(({ input }) => input), ...graph.output.map(({ name }) => name)]);
  graph.initializer = graph.initializer.filter(({ name }) => used.has(name));
}

function takesZeros(node: NodeProto): boolean {
  return node.attribute.some(({ name, i }) => name === 'allowzero' && i !== 0n);
}

function integersOf(tensor: TensorProto | undefined): bigint[] | null {
  if (tensor === undefined || tensor.dataType !== TensorProto_DataType.INT64) return null;
  if (tensor.int64Data.length > 0) return tensor.int64Data;
  const { buffer, byteLength, byteOffset } = tensor.rawData;
  const view = new DataView(buffer, byteOffset, byteLength);
  return Array.from({ length: byteLength / 8 }, (_, i) => view.getBigInt64(i * 8, true));
}

function addIntegers(graph: GraphProto, name: string, values: readonly bigint[]): string {
  const tensor = { name, dataType: TensorProto_DataType.INT64, dims: [BigInt(values.length)], int64Data: [...values] };
  graph.initializer.push(create(TensorProtoSchema, tensor));
  return name;
}
