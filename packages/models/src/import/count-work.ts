import { create } from '@bufbuild/protobuf';
import { PATCHES } from '../architectures/architecture.ts';
import { constantsOf } from '../onnx/constants.ts';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  ValueInfoProtoSchema,
} from '../onnx/generated/onnx-ml_pb.js';
import { encodeModel } from '../onnx/model-file.ts';
import { TAIL_PREFIX } from './answer-tail.ts';
import { DOOR_PREFIX } from './image-door.ts';
import { openSession } from './open-session.ts';

type Sizes = (name: string) => readonly number[] | undefined;

/** Multiply-adds of a node from the sizes of its inputs and its output; undefined where a size is not known. */
const WORK: Readonly<Record<string, (sizes: Sizes, inputs: readonly string[], output: string) => number | undefined>> =
  {
    Conv: (sizes, [, weight = ''], output) => product(sizes(output), sizes(weight)?.slice(1)),
    ConvTranspose: (sizes, [x = '', weight = '']) => product(sizes(x), sizes(weight)?.slice(1)),
    Gemm: (sizes, [, weight = ''], output) => product(sizes(output)?.slice(0, -1), sizes(weight)),
    MatMul: (sizes, [a = ''], output) => product(sizes(output), sizes(a)?.slice(-1)),
  };

/** Counts the multiply-adds of convolutions and matrix products for one patch, from the sizes of a run; door and tail are not counted. At least 1. */
export async function countWork(model: ModelProto, patch: Uint8Array, sidePx: number): Promise<number> {
  const graph = model.graph ?? create(GraphProtoSchema);
  const nodes = graph.node.filter(
    ({ opType, name }) => opType in WORK && !name.startsWith(DOOR_PREFIX) && !name.startsWith(TAIL_PREFIX),
  );
  const sizes = await sizesOf(
    model,
    graph,
    patch,
    sidePx,
    new Set(nodes.flatMap(({ input, output }) => [...input, ...output])),
  );
  const work = nodes.map(({ opType, input, output }) => WORK[opType]?.(sizes, input, output[0] ?? '') ?? 0);
  return Math.max(
    1,
    work.reduce((a, b) => a + b, 0),
  );
}

async function sizesOf(
  model: ModelProto,
  graph: GraphProto,
  patch: Uint8Array,
  sidePx: number,
  wanted: ReadonlySet<string>,
): Promise<Sizes> {
  const sizes = new Map(
    [...constantsOf(graph)].map(([name, { dims }]): [string, readonly number[]] => [name, dims.map(Number)]),
  );
  const made = new Set(graph.node.flatMap(({ output }) => output));
  const known = new Set(graph.output.map(({ name }) => name));
  const shown = [...wanted].filter((name) => made.has(name) && !known.has(name) && !sizes.has(name));
  const output = [...graph.output, ...shown.map((name) => create(ValueInfoProtoSchema, { name }))];
  const open = create(ModelProtoSchema, { ...model, graph: create(GraphProtoSchema, { ...graph, output }) });
  await using session = await openSession(encodeModel(open));
  const results = await session.run(PATCHES, patch, [1, sidePx, sidePx, 3]);
  for (const [name, { dims }] of Object.entries(results)) sizes.set(name, dims);
  return (name) => sizes.get(name);
}

function product(...parts: readonly (readonly number[] | undefined)[]): number | undefined {
  if (parts.some((part) => part === undefined)) return undefined;
  return parts.flatMap((part) => part ?? []).reduce((a, b) => a * b, 1);
}
