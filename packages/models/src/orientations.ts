import { create } from '@bufbuild/protobuf';
import { GraphBuilder } from './graph/graph-builder.ts';
import { gather } from './graph/ops/gather.ts';
import { concat, reshape, transpose } from './graph/ops/shape.ts';
import { readValueInfo } from './graph/protos.ts';
import { elementsPerPatch, formatShape, shapeError, type Tensor } from './graph/tensor.ts';
import { GraphProtoSchema, type ModelProto, ModelProtoSchema } from './onnx/generated/onnx-ml_pb.js';
import { decodeModel, encodeModel } from './onnx/model-file.ts';

const ORIENTATIONS = 8;
const PREFIX = 'orientations.';

/**
 * Wraps a classifier so that it sees every patch in 8 orientations (4 rotations, each with its mirror image) and gives
 * the mean of the 8 probabilities, as Liu et al. 2017 (arXiv 1703.02442) do. Input and output keep name and shape. A
 * run of the narrow Inception V3 takes about 16 times as long: 8 networks, and as much again for turning bytes.
 * Takes and gives the bytes of an .onnx file. Throws ARGUMENT_INVALID for a model whose input is not one square uint8
 * NHWC image batch, or whose output is not [N, classes].
 */
export function averageOrientations(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const inner = decodeModel(bytes);
  const { input, output } = door(inner);
  const g = new GraphBuilder({ name: `${inner.graph?.name ?? 'model'} over 8 orientations`, seed: 0 });
  const x = g.input(input.name, 'uint8', input.shape);
  const oriented = concat(g, `${PREFIX}input`, eightOrientations(g, x, input.sizePx), 0);
  const before = g.build();
  // The inner graph's result, [8·N, classes], has this name after renaming.
  const innerOutput: Tensor = {
    name: `${PREFIX}output`,
    dtype: 'float32',
    shape: [{ times: ORIENTATIONS }, ...output.shape.slice(1)],
  };
  const tail = new GraphBuilder({ name: 'tail', seed: 0 });
  const apart = reshape(tail, `${PREFIX}apart`, innerOutput, [ORIENTATIONS, ...output.shape]);
  tail.output(meanOverFirst(tail, output, apart));
  const after = tail.build();

  const renames = new Map([
    [input.name, oriented.name],
    [output.name, innerOutput.name],
  ]);
  const renamed = (name: string) => renames.get(name) ?? name;
  const nodes = (inner.graph?.node ?? []).map((node) => ({
    ...node,
    // The runtime refuses two nodes of one name.
    name: `${PREFIX}inner.${node.name}`,
    input: node.input.map(renamed),
    output: node.output.map(renamed),
  }));
  const graph = create(GraphProtoSchema, {
    name: before.graph?.name ?? '',
    node: [...(before.graph?.node ?? []), ...nodes, ...(after.graph?.node ?? [])],
    initializer: [
      ...(before.graph?.initializer ?? []),
      ...(inner.graph?.initializer ?? []),
      ...(after.graph?.initializer ?? []),
    ],
    input: before.graph?.input ?? [],
    output: after.graph?.output ?? [],
  });
  return encodeModel(create(ModelProtoSchema, { ...inner, graph }));
}

/**
 * [8, N, classes] → [N, classes]. A product with eighths, because ReduceMean takes its axes otherwise since operator set
 * 18, and the model keeps its own set.
 */
function meanOverFirst(g: GraphBuilder, output: Tensor, apart: Tensor): Tensor {
  const eighths = g.weights(
    `${PREFIX}eighths`,
    [1, ORIENTATIONS],
    new Float32Array(ORIENTATIONS).fill(1 / ORIENTATIONS),
    'constant',
  );
  const classes = elementsPerPatch(output.shape);
  const rows = reshape(g, `${PREFIX}rows`, apart, [ORIENTATIONS, { times: classes }]);
  const mean = g.node({
    op: 'MatMul',
    name: `${PREFIX}mean`,
    inputs: [eighths, rows],
    dtype: 'float32',
    shape: [1, { times: classes }],
  });
  return reshape(g, output.name, mean, output.shape);
}

/** The four rotations of [N, S, S, 3], then the four of its mirror image. */
function eightOrientations(g: GraphBuilder, x: Tensor, sizePx: number): Tensor[] {
  const swapped = transpose(g, `${PREFIX}swapped`, x, [0, 2, 1, 3]);
  // Gather rather than Slice, whose form changed in operator set 10; it is also a fifth faster (measured).
  const backwards = g.integers(
    `${PREFIX}backwards`,
    Array.from({ length: sizePx }, (_, i) => sizePx - 1 - i),
  );
  // Every orientation is the patch or its transpose, read forwards or backwards along each axis.
  return [x, swapped].flatMap((base) => {
    const reversed = (what: string, of: Tensor, axis: number) =>
      gather(g, `${base.name}.${PREFIX}${what}`, of, backwards, axis);
    const columns = reversed('columns', base, 2);
    return [base, reversed('rows', base, 1), columns, reversed('both', columns, 1)];
  });
}

function door(model: ModelProto): { input: Tensor & { readonly sizePx: number }; output: Tensor } {
  const initializers = new Set(model.graph?.initializer.map((tensor) => tensor.name));
  const inputs = (model.graph?.input ?? []).filter((info) => !initializers.has(info.name)).map(readValueInfo);
  const [input, more] = inputs;
  const output = model.graph?.output[0] === undefined ? null : readValueInfo(model.graph.output[0]);
  if (input === null || input === undefined || more !== undefined || output === null)
    throw shapeError('orientations', 'the model needs one input and one output of stated shape');
  const [, height, width, channels] = input.shape;
  if (
    input.dtype !== 'uint8' ||
    input.shape.length !== 4 ||
    typeof height !== 'number' ||
    height !== width ||
    channels !== 3
  )
    throw shapeError('orientations', `${input.name} is ${input.dtype} ${formatShape(input.shape)}`);
  if (output.dtype !== 'float32' || output.shape.length !== 2)
    throw shapeError('orientations', `${output.name} is ${output.dtype} ${formatShape(output.shape)}`);
  return { input: { ...input, sizePx: height }, output };
}
