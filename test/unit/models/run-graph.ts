import * as ort from 'onnxruntime-node';
import type { GraphBuilder } from '../../../packages/models/src/graph/graph-builder.ts';
import { encodeModel } from '../../../packages/models/src/onnx/model-file.ts';

type Values = Float32Array | Uint8Array | Int32Array;

/** Runs a built graph in the real runtime on one input; gives its first output. */
export async function runGraph(
  model: GraphBuilder | Uint8Array,
  data: Values,
  dims: readonly number[],
): Promise<{ readonly dims: readonly number[]; readonly data: readonly number[] }> {
  const bytes = model instanceof Uint8Array ? model : encodeModel(model.build());
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  try {
    const type = data instanceof Uint8Array ? 'uint8' : data instanceof Int32Array ? 'int32' : 'float32';
    const tensor = new ort.Tensor(type, data, dims);
    const [input, output] = [session.inputNames[0] ?? '', session.outputNames[0] ?? ''];
    const result = (await session.run({ [input]: tensor }))[output];
    return { dims: result?.dims ?? [], data: Array.from((result?.data ?? []) as Float32Array) };
  } finally {
    await session.release();
  }
}
