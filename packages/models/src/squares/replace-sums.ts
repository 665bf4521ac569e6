import { GigascopeError } from '@gigascope/contracts';
import { SQUARE_SUMS_NODES, squareKernels } from '../architectures/door.ts';
import { OPSET } from '../graph/graph-builder.ts';
import type { GraphProto, ModelProto, NodeProto } from '../onnx/generated/onnx-ml_pb.js';
import { decodeModel } from '../onnx/model-file.ts';

/** Pixels along the side of what is summed. */
export const FACTOR = 4;

/** The nodes of a graph that sum 4×4 pixels of its patches, as every door of that factor here has them. */
interface SumNodes {
  readonly plane: NodeProto;
  readonly cast: NodeProto;
  readonly sums: NodeProto;
}

/** Whether a network begins by summing 4×4 pixels. Takes the bytes of an .onnx file. */
export function sumsPixels(bytes: Uint8Array, inputName: string): boolean {
  return sumNodesOf(decodeModel(bytes), inputName) !== undefined;
}

/** The graph with its sums made by other nodes, whose last one is named `door.sums`; they bring their own inputs. Throws ARGUMENT_INVALID for one that has none. */
export function replaceSums(bytes: Uint8Array, inputName: string, front: ModelProto): ModelProto {
  const model = decodeModel(bytes);
  const found = sumNodesOf(model, inputName);
  if (found === undefined || model.graph === undefined || front.graph === undefined)
    throw new GigascopeError('ARGUMENT_INVALID', 'the network does not begin with sums of 4×4 pixels');
  const { graph } = model;
  const gone = new Set<NodeProto>([found.plane, found.cast, found.sums]);
  const node = [...front.graph.node, ...graph.node.filter((each) => !gone.has(each))];
  const used = new Set(node.flatMap(({ input }) => input));
  const initializer = [...front.graph.initializer, ...graph.initializer].filter(({ name }) => used.has(name));
  return { ...model, graph: { ...graph, node, initializer, input: front.graph.input } };
}

function sumNodesOf({ graph, opsetImport }: ModelProto, inputName: string): SumNodes | undefined {
  if (graph === undefined || opsetImport.some(({ domain, version }) => domain === '' && Number(version) !== OPSET))
    return undefined;
  const [plane, cast, sums] = SQUARE_SUMS_NODES.map(({ name, op }) =>
    graph.node.find((node) => node.name === name && node.opType === op && node.output[0] === name),
  );
  if (plane === undefined || cast === undefined || sums === undefined) return undefined;
  const isChain = plane.input[0] === inputName && cast.input[0] === plane.name && sums.input[0] === cast.name;
  const readers = graph.node.filter(({ input }) =>
    [inputName, plane.name, cast.name].some((name) => input.includes(name)),
  );
  return isChain && readers.length === 3 && sumsByOnes(graph, sums) ? { plane, cast, sums } : undefined;
}

/** Each colour of 4×4 pixels on its own, each window beside the last one, padded at most where the patch ends. */
function sumsByOnes(graph: GraphProto, sums: NodeProto): boolean {
  const kernels = graph.initializer.find(({ name }) => name === sums.input[1]);
  const listed = (name: string): string =>
    (sums.attribute.find((attribute) => attribute.name === name)?.ints ?? []).join();
  const [top, left] = listed('pads').split(',');
  return (
    kernels !== undefined &&
    kernels.dims.join() === [3, 1, FACTOR, 3 * FACTOR].join() &&
    Buffer.compare(kernels.rawData, new Uint8Array(squareKernels(FACTOR).buffer)) === 0 &&
    listed('strides') === [FACTOR, 3 * FACTOR].join() &&
    top === '0' &&
    left === '0'
  );
}
