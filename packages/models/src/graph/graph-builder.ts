import { create } from '@bufbuild/protobuf';
import {
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type ValueInfoProto,
} from '../onnx/generated/onnx-ml_pb.js';
import type { Attribute } from './attributes.ts';
import { tensorProto, valueInfo } from './protos.ts';
import { gaussian, heUniform, randomStream } from './random.ts';
import { type DataType, elementsPerPatch, formatShape, type Shape, shapeError, type Tensor } from './tensor.ts';

/** Operator set 17: ReduceMean still has its axes as an attribute, and every reader of the last years knows it. */
export const OPSET = 17;
export const IR_VERSION = 9;

/** What a graph holds and does. */
export interface GraphCounts {
  /** Weights, biases, and batch normalisation's gamma and beta: what training moves by gradient. */
  readonly trainableParameters: number;
  /** Batch normalisation's running means and variances. */
  readonly statistics: number;
  /** Multiply-adds of convolutions and matrix products for one patch. */
  readonly multiplyAdds: number;
}

type InitializerRole = 'trainable' | 'statistic' | 'constant';

interface NodeSpec {
  readonly op: string;
  /** Name of the node and of its output. */
  readonly name: string;
  /** null stands for an optional input that is left out. */
  readonly inputs: readonly (Tensor | null)[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly dtype: DataType;
  readonly shape: Shape;
  readonly multiplyAdds?: number;
  /** Outputs after the first. */
  readonly more?: readonly Tensor[];
}

/**
 * Collects the nodes and weights of one ONNX graph; the functions of `ops/` append to it and infer every shape.
 * Names are unique and stay as given, since trainers find weights by them.
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #seed: number;
  readonly #names = new Set<string>();
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  #trainable = 0;
  #statistics = 0;
  #multiplyAdds = 0;

  constructor(options: { readonly name: string; readonly seed: number }) {
    this.#name = options.name;
    this.#seed = options.seed;
  }

  get counts(): GraphCounts {
    return {
      trainableParameters: this.#trainable,
      statistics: this.#statistics,
      multiplyAdds: this.#multiplyAdds,
    };
  }

  input(name: string, dtype: DataType, shape: Shape): Tensor {
    const tensor = this.#tensor(name, dtype, shape);
    this.#inputs.push(valueInfo(tensor));
    return tensor;
  }

  output(tensor: Tensor): void {
    this.#outputs.push(valueInfo(tensor));
  }

  node(spec: NodeSpec): Tensor {
    const tensor = this.#tensor(spec.name, spec.dtype, spec.shape);
    const more = (spec.more ?? []).map(({ name, dtype, shape }) => this.#tensor(name, dtype, shape));
    this.#multiplyAdds += spec.multiplyAdds ?? 0;
    this.#nodes.push(
      create(NodeProtoSchema, {
        name: spec.name,
        opType: spec.op,
        input: spec.inputs.map((input) => input?.name ?? ''),
        output: [tensor, ...more].map((output) => output.name),
        attribute: Object.entries(spec.attributes ?? {}).map(([name, attribute]) => attribute(name)),
      }),
    );
    return tensor;
  }

  /** Adds a float32 tensor; the role says what is counted. */
  weights(
    name: string,
    shape: readonly number[],
    values: Float32Array<ArrayBuffer>,
    role: InitializerRole = 'trainable',
  ): Tensor {
    if (values.length !== elementsPerPatch(shape))
      throw shapeError(name, `${values.length} values for ${formatShape(shape)}`);
    if (role === 'trainable') this.#trainable += values.length;
    if (role === 'statistic') this.#statistics += values.length;
    return this.#initializer(this.#tensor(name, 'float32', shape), new Uint8Array(values.buffer));
  }

  /** Adds weights drawn by He's rule from the graph's seed and the tensor's name. */
  heWeights(name: string, shape: readonly number[], fanIn: number): Tensor {
    return this.weights(name, shape, heUniform(elementsPerPatch(shape), fanIn, randomStream(this.#seed, name)));
  }

  /** Adds weights drawn from a Gaussian of mean 0 by the graph's seed and the tensor's name. */
  gaussianWeights(name: string, shape: readonly number[], deviation: number): Tensor {
    return this.weights(name, shape, gaussian(elementsPerPatch(shape), deviation, randomStream(this.#seed, name)));
  }

  /** Adds a list of int64, the form in which ONNX takes shapes, pads and slice bounds. */
  integers(name: string, values: readonly number[]): Tensor {
    const raw = BigInt64Array.from(values, BigInt);
    return this.#initializer(this.#tensor(name, 'int64', [values.length]), new Uint8Array(raw.buffer));
  }

  build(): ModelProto {
    return create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: 'gigascope',
      opsetImport: [{ domain: '', version: BigInt(OPSET) }],
      graph: {
        name: this.#name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    });
  }

  #initializer(tensor: Tensor, raw: Uint8Array<ArrayBuffer>): Tensor {
    this.#initializers.push(tensorProto(tensor, raw));
    return tensor;
  }

  #tensor(name: string, dtype: DataType, shape: Shape): Tensor {
    if (this.#names.has(name)) throw shapeError(name, 'the name is taken');
    this.#names.add(name);
    return { name, dtype, shape };
  }
}
