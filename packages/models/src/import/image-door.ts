import { PATCHES } from '../architectures/architecture.ts';
import { int } from '../graph/attributes.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { add, cast, mul } from '../graph/ops/arithmetic.ts';
import { gather } from '../graph/ops/gather.ts';
import { transpose } from '../graph/ops/shape.ts';
import { BATCH, type Tensor } from '../graph/tensor.ts';
import type { ModelProto, TensorProto_DataType } from '../onnx/generated/onnx-ml_pb.js';
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
      : resized(g, cast(g, 'door.float', ordered, 'float32'), options);
  const normal = normalisation === null ? arranged : normalise(g, arranged, layout, normalisation);
  // The builder has no word for half or double; what it takes for float32 goes nowhere but into the model.
  const output = { inputs: [normal], dtype: normal.dtype, shape: normal.shape };
  g.output(g.node({ op: 'Cast', name: DOOR_OUTPUT, attributes: { to: int(type) }, ...output }));
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

/** float32 bytes [N, from, from, 3] → whole numbers of side `to`, as Pillow resizes a picture: along x, rounded, then along y, rounded. */
function resized(g: GraphBuilder, x: Tensor, { patchSizePx: from, sidePx: to, layout }: DoorOptions): Tensor {
  const weights = resizeWeights(from, to);
  const down = g.weights('door.resize.y', [to, from], weights, 'constant');
  const across = g.weights('door.resize.x', [from, to], transposed(weights, to, from), 'constant');
  const planes = transpose(g, 'door.resize.planes', x, [0, 3, 1, 2]);
  const narrow = rounded(
    g,
    'door.resize.narrow',
    matMul(g, 'door.resize.across', planes, across, [BATCH, 3, from, to]),
  );
  const small = rounded(g, 'door.resize.small', matMul(g, 'door.resize.down', down, narrow, [BATCH, 3, to, to]));
  return layout === 'NCHW' ? small : transpose(g, 'door.pixels', small, [0, 2, 3, 1]);
}

/** ⌊x + ½⌋; ONNX's own Round is younger than the oldest operator set that is taken. */
function rounded(g: GraphBuilder, name: string, x: Tensor): Tensor {
  const half = g.weights(`${name}.half`, [1], Float32Array.of(0.5), 'constant');
  const raised = add(g, `${name}.raised`, x, half);
  return g.node({ op: 'Floor', name, inputs: [raised], dtype: 'float32', shape: x.shape });
}
