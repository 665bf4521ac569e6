import type { EngineOptions } from '@gigascope/models';
import * as tf from '@tensorflow/tfjs';
import { constantsOf } from '../../../../packages/models/src/onnx/constants.ts';
import type { ModelProto, NodeProto, TensorProto } from '../../../../packages/models/src/onnx/generated/onnx-ml_pb.js';
import { decodeModel } from '../../../../packages/models/src/onnx/model-file.ts';

type Symbolic = tf.SymbolicTensor;

/** Gives one node's result, NHWC, for its inputs; `weight` reads a constant input by its place. */
type Convert = (node: NodeProto, inputs: readonly Symbolic[], weight: (place: number) => tf.Tensor) => Symbolic;

/**
 * Rebuilds one of our ONNX graphs as a layers model of TensorFlow.js with the same weights, so that two engines can be
 * compared on one network. Knows the operators of Inception V3 and no more. Bytes that are no ONNX model stay as they are.
 */
export async function tfjsOptions(options: EngineOptions): Promise<EngineOptions> {
  const model = decode(options.model);
  if (model === null) return { ...options, files: new Map() };
  const artifacts = await convert(model, options.manifest);
  const { modelTopology, weightSpecs = [], weightData } = artifacts;
  const weightsManifest = [{ paths: ['group1-shard1of1.bin'], weights: weightSpecs }];
  const json = JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest });
  const shard = new Uint8Array(weightData as ArrayBuffer);
  return { ...options, model: new TextEncoder().encode(json), files: new Map([['group1-shard1of1.bin', shard]]) };
}

function decode(bytes: Uint8Array): ModelProto | null {
  try {
    return decodeModel(bytes);
  } catch {
    return null;
  }
}

async function convert({ graph }: ModelProto, manifest: EngineOptions['manifest']): Promise<tf.io.ModelArtifacts> {
  if (graph === undefined) throw new Error('no graph');
  const constants = constantsOf(graph);
  const side = manifest.patchSizePx;
  const image = tf.input({ shape: [side, side, 3], name: manifest.input.name });
  const values = new Map<string, Symbolic>([[manifest.input.name, image]]);
  for (const node of graph.node) {
    const apply = CONVERTERS[node.opType];
    if (apply === undefined) throw new Error(`no ${node.opType} here`);
    const inputs = node.input.flatMap((name) => values.get(name) ?? []);
    values.set(
      node.output[0] ?? '',
      apply(node, inputs, (place) => weightOf(constants.get(node.input[place] ?? ''))),
    );
  }
  const output = values.get(manifest.output.name);
  if (output === undefined) throw new Error('no output');
  const model = tf.model({ inputs: image, outputs: output });
  const saved = Promise.withResolvers<tf.io.ModelArtifacts>();
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved.resolve(artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  model.dispose();
  return await saved.promise;
}

const first = (inputs: readonly Symbolic[]): Symbolic => inputs[0] as Symbolic;
const apply = (layer: tf.layers.Layer, ...inputs: Symbolic[]): Symbolic =>
  layer.apply(inputs.length === 1 ? first(inputs) : inputs) as Symbolic;
const pass: Convert = (_, inputs) => first(inputs);

const CONVERTERS: Readonly<Record<string, Convert>> = {
  // TensorFlow stays NHWC, and its numbers float.
  Transpose: pass,
  Cast: pass,
  Flatten: (_, inputs) => apply(tf.layers.flatten(), first(inputs)),
  // By a 1 × 1 convolution or a dense layer, since an infinite factor would not survive in JSON.
  Mul: (_, inputs, weight) => scaled(first(inputs), weight(1).dataSync()[0] ?? 0),
  Sub: (_, inputs, weight) =>
    apply(tf.layers.rescaling({ scale: 1, offset: -(weight(1).dataSync()[0] ?? 0) }), first(inputs)),
  Relu: (_, inputs) => apply(tf.layers.reLU(), first(inputs)),
  Softmax: (_, inputs) => apply(tf.layers.softmax({ axis: -1 }), first(inputs)),
  Concat: (_, inputs) => apply(tf.layers.concatenate({ axis: -1 }), ...inputs),
  GlobalAveragePool: (_, inputs) => {
    const [, height = 1, width = 1] = first(inputs).shape as number[];
    return apply(tf.layers.averagePooling2d({ poolSize: [height, width] }), first(inputs));
  },
  MaxPool: (node, inputs) => apply(tf.layers.maxPooling2d(windowOf(node)), first(inputs)),
  AveragePool: (node, inputs) => {
    // TensorFlow does not count padding; where it counts, it is zeros put there before.
    const counts = integers(node, 'count_include_pad')[0] === 1;
    const padding = isPadded(node) && !counts ? 'same' : 'valid';
    return apply(
      tf.layers.averagePooling2d({ ...windowOf(node), padding }),
      counts ? padded(node, inputs) : first(inputs),
    );
  },
  Conv: (node, inputs, weight) => {
    const kernel = tf.transpose(weight(1), [2, 3, 1, 0]);
    const bias = node.input.length > 2 ? [weight(2)] : [];
    const { poolSize: kernelSize, strides } = windowOf(node);
    const layer = tf.layers.conv2d({ filters: kernel.shape[3] ?? 0, kernelSize, strides, useBias: bias.length > 0 });
    return withWeights(layer, padded(node, inputs), [kernel, ...bias]);
  },
  BatchNormalization: (node, inputs, weight) => {
    const epsilon = node.attribute.find(({ name }) => name === 'epsilon')?.f ?? 1e-5;
    return withWeights(tf.layers.batchNormalization({ epsilon }), first(inputs), [1, 2, 3, 4].map(weight));
  },
  Gemm: (_, inputs, weight) => {
    const kernel = tf.transpose(weight(1));
    return withWeights(tf.layers.dense({ units: kernel.shape[1] ?? 0 }), first(inputs), [kernel, weight(2)]);
  },
};

function padded(node: NodeProto, inputs: readonly Symbolic[]): Symbolic {
  if (!isPadded(node)) return first(inputs);
  const [top = 0, left = 0, bottom = 0, right = 0] = integers(node, 'pads');
  return apply(
    tf.layers.zeroPadding2d({
      padding: [
        [top, bottom],
        [left, right],
      ],
    }),
    first(inputs),
  );
}

function scaled(x: Symbolic, factor: number): Symbolic {
  const kernel = [0, 1, 2].map((i) => [0, 1, 2].map((k) => (i === k ? factor : 0)));
  const isImage = x.shape.length === 4;
  const layer = isImage
    ? tf.layers.conv2d({ filters: 3, kernelSize: 1, useBias: false })
    : tf.layers.dense({ units: 3, useBias: false });
  return withWeights(layer, x, [isImage ? tf.tensor4d([[kernel]]) : tf.tensor2d(kernel)]);
}

/** A layer has weights only once it is in use. */
function withWeights(layer: tf.layers.Layer, x: Symbolic, weights: tf.Tensor[]): Symbolic {
  const result = apply(layer, x);
  layer.setWeights(weights);
  return result;
}

function windowOf(node: NodeProto): { poolSize: [number, number]; strides: [number, number] } {
  const [height = 1, width = 1] = integers(node, 'kernel_shape');
  const [down = 1, across = 1] = integers(node, 'strides');
  return { poolSize: [height, width], strides: [down, across] };
}

const isPadded = (node: NodeProto): boolean => integers(node, 'pads').some((size) => size > 0);

function integers(node: NodeProto, name: string): number[] {
  const attribute = node.attribute.find((each) => each.name === name);
  return attribute === undefined ? [] : [...attribute.ints, attribute.i].map(Number);
}

function weightOf(tensor: TensorProto | undefined): tf.Tensor {
  if (tensor === undefined) throw new Error('no constant');
  const values = new Float32Array(tensor.rawData.slice().buffer);
  return tf.tensor(values, tensor.dims.map(Number), 'float32');
}
