import { clone, create } from '@bufbuild/protobuf';
import { GigascopeError, type ManifestOf } from '@gigascope/contracts';
import { int, ints } from './graph/attributes.ts';
import {
  type GraphProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProtoSchema,
  ValueInfoProtoSchema,
} from './onnx/generated/onnx-ml_pb.js';
import { decodeModel, encodeModel } from './onnx/model-file.ts';

/** Output that a model has behind `withActivationMap`: float32 [N, classes, h, w]. */
export const ACTIVATION_MAP = 'class_activation_map';

type Tensors = NonNullable<ManifestOf<'classify'>['activationMap']>;

/** The classifiers built here: the last maps before their mean, and the one layer after it. */
const KNOWN: Readonly<Record<string, Tensors>> = {
  'efficientnet-lite0': { features: 'head.relu', weights: 'fc.weight' },
  'inception-v3': { features: 'mixed7c', weights: 'fc.weight' },
  'resnet-18': { features: 'stage5.block2.out', weights: 'fc.weight' },
  'resnet-50': { features: 'stage5.block3.out', weights: 'fc.weight' },
};

/** The tensors that a classifier's activation map is made of: as its manifest states, or as its architecture has them. Throws ARGUMENT_INVALID when neither is known. */
export function activationTensors({ activationMap, architecture, name }: ManifestOf<'classify'>): Tensors {
  const tensors = activationMap ?? KNOWN[architecture];
  if (tensors === undefined)
    throw new GigascopeError('ARGUMENT_INVALID', `the model ${name} does not say what an activation map is made of`);
  return tensors;
}

/**
 * Adds the class activation map of every class to a classifier's graph (Zhou et al. 2016, arXiv 1512.04150, section 2):
 * M_c(x, y) = Σ_k w_k^c f_k(x, y), a 1×1 convolution of the last maps with the weights behind the global average. Its mean
 * over (x, y) plus the bias is the class's logit. Nothing else changes and nothing is trained.
 * Throws ARGUMENT_INVALID where the graph has no such tensors.
 */
export function withActivationMap(bytes: Uint8Array, manifest: ManifestOf<'classify'>): Uint8Array<ArrayBuffer> {
  const tensors = activationTensors(manifest);
  const model = decodeModel(bytes);
  const { graph } = model;
  if (graph === undefined || !graph.node.some((node) => node.output.includes(tensors.features)))
    throw new GigascopeError('ARGUMENT_INVALID', `the model has no tensor ${tensors.features}`);
  const kernel = kernelOf(graph, tensors.weights, manifest.classes.length);
  graph.initializer.push(kernel);
  graph.node.push(
    create(NodeProtoSchema, {
      name: ACTIVATION_MAP,
      opType: 'Conv',
      input: [tensors.features, kernel.name],
      output: [ACTIVATION_MAP],
      attribute: [ints([1, 1])('kernel_shape'), int(1)('group')],
    }),
  );
  graph.output.push(outputInfo(manifest.classes.length));
  return encodeModel(model);
}

/** The fully connected layer's weights [classes, K] as a kernel [classes, K, 1, 1]. */
function kernelOf(graph: GraphProto, name: string, classes: number): TensorProto {
  const weights = graph.initializer.find((tensor) => tensor.name === name);
  const [outputs, inputs] = weights?.dims ?? [];
  const fits = weights?.dims.length === 2 && outputs === BigInt(classes) && inputs !== undefined;
  if (!fits || weights.dataType !== TensorProto_DataType.FLOAT)
    throw new GigascopeError('ARGUMENT_INVALID', `the model has no float32 weights ${name} [${classes}, K]`);
  const kernel = clone(TensorProtoSchema, weights);
  kernel.name = `${ACTIVATION_MAP}.weight`;
  kernel.dims = [BigInt(classes), inputs, 1n, 1n];
  return kernel;
}

/** How large the map is follows from the patch; the file need not say. */
function outputInfo(classes: number) {
  const named = (dimParam: string) => ({ value: { case: 'dimParam' as const, value: dimParam } });
  const shape = create(TensorShapeProtoSchema, {
    dim: [
      named('N'),
      { value: { case: 'dimValue', value: BigInt(classes) } },
      named(`${ACTIVATION_MAP}.h`),
      named(`${ACTIVATION_MAP}.w`),
    ],
  });
  return create(ValueInfoProtoSchema, {
    name: ACTIVATION_MAP,
    type: { value: { case: 'tensorType', value: { elemType: TensorProto_DataType.FLOAT, shape } } },
  });
}
