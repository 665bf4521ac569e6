import { PATCHES } from '../architectures/architecture.ts';
import { int } from '../graph/attributes.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { add, cast, mul } from '../graph/ops/arithmetic.ts';
import { gather } from '../graph/ops/gather.ts';
import { transpose } from '../graph/ops/shape.ts';
import { BATCH, type Tensor } from '../graph/tensor.ts';
import { type ModelProto, TensorProto_DataType } from '../onnx/generated/onnx-ml_pb.js';
import type { Normalisation } from './normalisation.ts';
import { matMul, resizeWeights, transposed } from './resize-weights.ts';

export interface DoorOptions {
  /** Side of the patches. */
  readonly patchSizePx: number;
  /** Side of what the model takes. */
  readonly sidePx: number;
  readonly layout: 'NCHW' | 'NHWC';
  readonly type: TensorProto_DataType;
  readonly colour: 'RGB' | 'BGR';
  /** null: the bytes as they are. */
  readonly normalisation: Normalisation | null;
}

/** Begins the names of everything in the door; parameters are counted without it. */
export const DOOR_PREFIX = 'door.';
/** What the model's own input becomes. */
export const DOOR_OUTPUT = `${DOOR_PREFIX}image`;

/**
 * What stands before a model made elsewhere: takes uint8 `patches` [N, patch, patch, 3], RGB, and gives `door.image` as the
 * model wants it. Only operators whose form is the same in operator sets 7 to 26, since the model keeps its own set.
 */
export function buildImageDoor(options: DoorOptions): ModelProto {
  const { patchSizePx, sidePx, colour, layout, normalisation, type } = options;
  const g = new GraphBuilder({ name: 'door', seed: 0 });
  const patches = g.input(PATCHES, 'uint8', [BATCH, patchSizePx, patchSizePx, 3]);
  const ordered =
    colour === 'RGB' ? patches : gather(g, 'door.bgr', patches, g.integers('door.bgr.order', [2, 1, 0]), 3);
  const arranged =
    sidePx === patchSizePx
      ? arrange(g, normalisation === null ? ordered : cast(g, 'door.float', ordered, 'float32'), layout)
      : resized(g, ordered, options);
  const normal = normalisation === null ? arranged : normalise(g, arranged, layout, normalisation);
  g.output(castTo(g, DOOR_OUTPUT, normal, type));
  return g.build();
}

function arrange(g: GraphBuilder, pixels: Tensor, layout: 'NCHW' | 'NHWC'): Tensor {
  return layout === 'NHWC' ? pixels : transpose(g, 'door.planes', pixels, [0, 3, 1, 2]);
}

function normalise(g: GraphBuilder, x: Tensor, layout: 'NCHW' | 'NHWC', { factor, offset }: Normalisation): Tensor {
  const shape = layout === 'NCHW' ? [1, 3, 1, 1] : [1, 1, 1, 3];
  const constant = (name: string, values: readonly number[]) =>
    g.weights(name, shape, Float32Array.from(values), 'constant');
  const scaled = mul(g, 'door.scaled', x, constant('door.factor', factor));
  return add(g, 'door.normal', scaled, constant('door.offset', offset));
}

/**
 * Bytes [N, from, from, 3] → float32 whole numbers of side `to`, as Pillow resizes a picture: along x, rounded, then along
 * y, rounded. In double precision, where the sums of 22-bit weights times bytes are exact, because ties are frequent and a
 * pixel that is rounded the other way moves a prediction by 2e-4 (measured on ResNet-18).
 */
function resized(g: GraphBuilder, x: Tensor, { patchSizePx: from, sidePx: to, layout }: DoorOptions): Tensor {
  const weights = resizeWeights(from, to);
  const matrix = (name: string, rows: number, values: Float32Array<ArrayBuffer>) =>
    castTo(g, `${name}.exact`, g.weights(name, [rows, values.length / rows], values, 'constant'), DOUBLE);
  const down = matrix('door.resize.y', to, weights);
  const across = matrix('door.resize.x', from, transposed(weights, to, from));
  const half = castTo(g, 'door.half.exact', g.weights('door.half', [1], Float32Array.of(0.5), 'constant'), DOUBLE);
  const rounded = (name: string, sums: Tensor) => castTo(g, name, add(g, `${name}.raised`, sums, half), INT32);
  const planes = castTo(g, 'door.resize.exact', transpose(g, 'door.resize.planes', x, [0, 3, 1, 2]), DOUBLE);
  const narrow = rounded('door.narrow', matMul(g, 'door.narrow.sums', planes, across, [BATCH, 3, from, to]));
  const again = castTo(g, 'door.narrow.exact', narrow, DOUBLE);
  const small = rounded('door.small', matMul(g, 'door.small.sums', down, again, [BATCH, 3, to, to]));
  const pixels = castTo(g, 'door.sized', small, TensorProto_DataType.FLOAT);
  return layout === 'NCHW' ? pixels : transpose(g, 'door.pixels', pixels, [0, 2, 3, 1]);
}

const DOUBLE = TensorProto_DataType.DOUBLE;
const INT32 = TensorProto_DataType.INT32;

/** A cast to any type of ONNX. The builder knows neither double nor half, and is told float32. */
function castTo(g: GraphBuilder, name: string, x: Tensor, type: TensorProto_DataType): Tensor {
  return g.node({ op: 'Cast', name, inputs: [x], attributes: { to: int(type) }, dtype: 'float32', shape: x.shape });
}
