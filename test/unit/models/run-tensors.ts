import * as ort from 'onnxruntime-node';
import { valueInfo } from '../../../packages/models/src/graph/protos.ts';
import type { DataType } from '../../../packages/models/src/graph/tensor.ts';
import type { ModelProto, ValueInfoProto } from '../../../packages/models/src/onnx/generated/onnx-ml_pb.js';
import { encodeModel } from '../../../packages/models/src/onnx/model-file.ts';

export interface Values {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

/** Runs a built model in the real runtime and gives any of its tensors by name, intermediate ones too. */
export async function runTensors(
  model: ModelProto,
  inputs: Readonly<Record<string, ort.Tensor>>,
  wanted: Readonly<Record<string, DataType>>,
): Promise<(name: string) => Values> {
  const names = Object.keys(wanted);
  const { graph } = model;
  if (graph === undefined) throw new Error('no graph');
  const known = new Set(graph.output.map((info) => info.name));
  const more = names.filter((name) => !known.has(name)).map((name) => ofAnyShape(name, wanted[name] ?? 'float32'));
  const bytes = encodeModel({ ...model, graph: { ...graph, output: [...graph.output, ...more] } });
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  try {
    const results = await session.run(inputs, names);
    return (name) => {
      const tensor = results[name];
      if (tensor === undefined) throw new Error(`${name} was not asked for`);
      return { dims: tensor.dims, data: Array.from(tensor.data as Float32Array, Number) };
    };
  } finally {
    await session.release();
  }
}

function ofAnyShape(name: string, dtype: DataType): ValueInfoProto {
  const info = valueInfo({ name, dtype, shape: [] });
  if (info.type?.value.case === 'tensorType') info.type.value.value.shape = undefined;
  return info;
}

export function bytesTensor(values: Uint8Array, dims: readonly number[]): ort.Tensor {
  return new ort.Tensor('uint8', values, dims);
}

export function floatTensor(values: readonly number[], dims: readonly number[]): ort.Tensor {
  return new ort.Tensor('float32', Float32Array.from(values), dims);
}

/** The float32 values of a model's initializer. */
export function initializer(model: ModelProto, name: string): Float32Array {
  const found = model.graph?.initializer.find((tensor) => tensor.name === name);
  if (found === undefined) throw new Error(`no initializer ${name}`);
  return new Float32Array(found.rawData.slice().buffer);
}

/** Multiplies an initializer, or sets it, in place. */
export function changeInitializer(model: ModelProto, name: string, change: (value: number, i: number) => number): void {
  const found = model.graph?.initializer.find((tensor) => tensor.name === name);
  if (found === undefined) throw new Error(`no initializer ${name}`);
  found.rawData = new Uint8Array(initializer(model, name).map(change).buffer);
}
