import { GraphBuilder } from '../../../../packages/models/src/graph/graph-builder.ts';
import { relu, softmax } from '../../../../packages/models/src/graph/ops/activation.ts';
import { cast } from '../../../../packages/models/src/graph/ops/arithmetic.ts';
import { conv } from '../../../../packages/models/src/graph/ops/convolution.ts';
import { gemm } from '../../../../packages/models/src/graph/ops/dense.ts';
import { globalAveragePool } from '../../../../packages/models/src/graph/ops/pooling.ts';
import { flatten, reshape, transpose } from '../../../../packages/models/src/graph/ops/shape.ts';
import { BATCH, type DataType, type Tensor } from '../../../../packages/models/src/graph/tensor.ts';
import type {
  ModelProto,
  TensorProto_DataType,
  ValueInfoProto,
} from '../../../../packages/models/src/onnx/generated/onnx-ml_pb.js';

/** Side of the image that these models take. */
export const SIDE = 32;

/** Two convolutions, small enough to run in no time, on NCHW. */
function features(g: GraphBuilder, x: Tensor, channels = 8): Tensor {
  const first = relu(g, 'relu_0', conv(g, 'conv_0', x, { channels, kernel: [3, 3], stride: [2, 2], bias: true }));
  return relu(g, 'relu_1', conv(g, 'conv_1', first, { channels, kernel: [3, 3], bias: true }));
}

function pooled(g: GraphBuilder, x: Tensor): Tensor {
  return flatten(g, 'flatten', globalAveragePool(g, 'pool', features(g, x)));
}

/** As torchvision's classifiers: float NCHW `input.1`, logits. */
export function torchvisionLike(classes = 2): ModelProto {
  const g = new GraphBuilder({ name: 'main_graph', seed: 11 });
  const x = pooled(g, g.input('input.1', 'float32', [BATCH, 3, SIDE, SIDE]));
  g.output(gemm(g, 'fc', x, classes, 'output', { deviation: 2 }));
  return g.build();
}

/** As timm's, exported for one image: the flattening holds the batch of 1 in its target. */
export function timmLike(): ModelProto {
  const g = new GraphBuilder({ name: 'main_graph', seed: 12 });
  const x = globalAveragePool(g, 'pool', features(g, g.input('x', 'float32', [BATCH, 3, SIDE, SIDE])));
  const flat = reshape(g, 'view', x, [BATCH, 8]);
  g.output(gemm(g, 'head', flat, 3, 'logits', { deviation: 2 }));
  const model = g.build();
  const target = model.graph?.initializer.find(({ name }) => name === 'view.shape');
  if (target === undefined) throw new Error('no target');
  target.rawData = new Uint8Array(BigInt64Array.of(1n, -1n).buffer);
  fixBatch(model, 1);
  return model;
}

/** As tf2onnx writes Keras models: float NHWC, softmax inside. */
export function kerasLike(dtype: DataType = 'float32'): ModelProto {
  const g = new GraphBuilder({ name: 'tf2onnx', seed: 13 });
  const image = g.input('keras_tensor', dtype, [BATCH, SIDE, SIDE, 3]);
  const floats = dtype === 'float32' ? image : cast(g, 'cast', image, 'float32');
  const x = pooled(g, transpose(g, 'planes', floats, [0, 3, 1, 2]));
  g.output(softmax(g, 'dense', gemm(g, 'kernel', x, 3, 'dense/BiasAdd', { deviation: 2 }), 1));
  return g.build();
}

/** One logit, or one probability by a sigmoid. */
export function binary(ends: 'logit' | 'sigmoid'): ModelProto {
  const g = new GraphBuilder({ name: 'binary', seed: 14 });
  const x = pooled(g, g.input('image', 'float32', [BATCH, 3, SIDE, SIDE]));
  const logit = gemm(g, 'fc', x, 1, 'logit', { deviation: 2 });
  g.output(ends === 'logit' ? logit : sigmoid(g, logit));
  return g.build();
}

/** As segmentation models: logits of `classes` for each pixel, of the image's size over `coarser`. */
export function segmentationLike(classes: number, coarser: 1 | 4 = 1): ModelProto {
  const g = new GraphBuilder({ name: 'segmentation', seed: 15 });
  const x = g.input('image', 'float32', [BATCH, 3, SIDE, SIDE]);
  const size = { kernel: [coarser, coarser], stride: [coarser, coarser] } as const;
  g.output(
    conv(g, 'mask', relu(g, 'relu', conv(g, 'conv', x, { channels: 6, ...size })), {
      channels: classes,
      kernel: [1, 1],
      deviation: 2,
    }),
  );
  return g.build();
}

export function sigmoid(g: GraphBuilder, x: Tensor): Tensor {
  return g.node({ op: 'Sigmoid', name: 'sigmoid', inputs: [x], dtype: 'float32', shape: x.shape });
}

/** States another operator set. */
export function withOpset(model: ModelProto, version: number): ModelProto {
  for (const opset of model.opsetImport) opset.version = BigInt(version);
  return model;
}

/** Writes a fixed batch into the types of input and output, as exporters without dynamic axes do. */
export function fixBatch(model: ModelProto, batch: number): void {
  for (const info of [...(model.graph?.input ?? []), ...(model.graph?.output ?? [])])
    setSize(info, 0, { case: 'dimValue', value: BigInt(batch) });
}

/** Leaves a size of the input open. */
export function openSizes(model: ModelProto, ...axes: number[]): ModelProto {
  const info = model.graph?.input[0];
  for (const axis of axes) if (info !== undefined) setSize(info, axis, { case: 'dimParam', value: `size_${axis}` });
  return model;
}

type Size = { case: 'dimValue'; value: bigint } | { case: 'dimParam'; value: string };

function setSize(info: ValueInfoProto, axis: number, value: Size): void {
  if (info.type?.value.case !== 'tensorType') throw new Error(`${info.name} is no tensor`);
  const size = info.type.value.value.shape?.dim[axis];
  if (size !== undefined) size.value = value;
}

/** Lets a model take numbers of another of ONNX's types, which it turns into floats itself. */
export function takingType(model: ModelProto, type: TensorProto_DataType): ModelProto {
  const { graph } = model;
  const info = graph?.input[0];
  if (graph === undefined || info?.type?.value.case !== 'tensorType') throw new Error('no input');
  const g = new GraphBuilder({ name: 'cast', seed: 0 });
  cast(g, 'as_float', { name: info.name, dtype: 'float32', shape: [BATCH] }, 'float32');
  for (const node of graph.node) node.input = node.input.map((name) => (name === info.name ? 'as_float' : name));
  graph.node.unshift(...(g.build().graph?.node ?? []));
  info.type.value.value.elemType = type;
  return model;
}
