import { expect, it } from 'vitest';
import { inceptionV3 } from '../../../packages/models/src/architectures/inception-v3.ts';
import { uNetSame } from '../../../packages/models/src/architectures/u-net-same.ts';
import { inHalfPrecision } from '../../../packages/models/src/half-precision.ts';
import { TensorProto_DataType } from '../../../packages/models/src/onnx/generated/onnx-ml_pb.js';
import { decodeModel, encodeModel } from '../../../packages/models/src/onnx/model-file.ts';
import { runGraph } from './run-graph.ts';
import { bytesTimes, patches } from './small-classifier.ts';

const CLASSIFIER = { classes: 3, width: 0.1, minChannels: 8, inputSizePx: 75, averageFactor: 1, seed: 5 } as const;

it.each([
  ['Inception V3', encodeModel(inceptionV3(CLASSIFIER).model), 75],
  [
    'U-Net',
    encodeModel(uNetSame({ classes: 2, width: 0.1, minChannels: 4, inputSizePx: 64, averageFactor: 1, seed: 2 }).model),
    64,
  ],
])(
  '%s in float16 gives the float32 network’s probabilities to 5e-3, though not to the bit',
  async (_, model, sidePx) => {
    const half = inHalfPrecision(model);
    const bytes = patches(2, sidePx, 7);
    const dims = [2, sidePx, sidePx, 3];
    const [a, b] = [await runGraph(model, bytes, dims), await runGraph(Uint8Array.from(half), bytes, dims)];
    expect(b.dims).toEqual(a.dims);
    const apart = a.data.map((p, i) => Math.abs(p - (b.data[i] ?? Number.NaN)));
    expect(Math.max(...apart)).toBeLessThan(5e-3);
    expect(Math.max(...apart)).toBeGreaterThan(0);
  },
);

it('halves the weights and leaves the sums of pixels alone', () => {
  const model = encodeModel(inceptionV3({ ...CLASSIFIER, inputSizePx: 299, averageFactor: 4 }).model);
  const initializers = decodeModel(Uint8Array.from(inHalfPrecision(model))).graph?.initializer ?? [];
  const kindOf = (name: string): TensorProto_DataType | undefined =>
    initializers.find((t) => t.name.startsWith(name))?.dataType;
  expect(kindOf('door.kernels')).toBe(TensorProto_DataType.FLOAT);
  expect(kindOf('stem.conv1a.conv.weight')).toBe(TensorProto_DataType.FLOAT16);
  expect(kindOf('fc.weight')).toBe(TensorProto_DataType.FLOAT16);
});

it('leaves a model without the named tensors as it is', () => {
  const { model } = bytesTimes(1 / 255, 1);
  expect(inHalfPrecision(model)).toBe(model);
});
