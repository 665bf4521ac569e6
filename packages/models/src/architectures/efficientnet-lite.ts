import { z } from 'zod';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { clip } from '../graph/ops/activation.ts';
import { add } from '../graph/ops/arithmetic.ts';
import { batchNormalization } from '../graph/ops/convolution.ts';
import { depthwiseConv } from '../graph/ops/depthwise.ts';
import { upsampleLinear } from '../graph/ops/resize.ts';
import { imageShape, type Tensor } from '../graph/tensor.ts';
import type { Padding } from '../graph/window.ts';
import type { BuiltModel } from './architecture.ts';
import { door } from './door.ts';
import { classifierHead, linearUnit, type Network, widthMultiplier } from './layers.ts';
import { NetworkOptions } from './options.ts';

const EPSILON = 1e-3;
const STEM_CHANNELS = 32;
const HEAD_CHANNELS = 1280;

interface StageKind {
  readonly blocks: number;
  readonly channels: number;
  readonly kernel: 3 | 5;
  readonly stride: 1 | 2;
  /** Channels within a block for each that it is given. */
  readonly expansion: number;
}

/** EfficientNet-B0's stages (Tan and Le 2019, table 1). */
const STAGES: readonly StageKind[] = [
  { blocks: 1, channels: 16, kernel: 3, stride: 1, expansion: 1 },
  { blocks: 2, channels: 24, kernel: 3, stride: 2, expansion: 6 },
  { blocks: 2, channels: 40, kernel: 5, stride: 2, expansion: 6 },
  { blocks: 3, channels: 80, kernel: 3, stride: 2, expansion: 6 },
  { blocks: 3, channels: 112, kernel: 5, stride: 1, expansion: 6 },
  { blocks: 4, channels: 192, kernel: 5, stride: 2, expansion: 6 },
  { blocks: 1, channels: 320, kernel: 3, stride: 1, expansion: 6 },
];

export const EfficientNetLiteOptions = NetworkOptions.extend({
  /** By how much the image behind the door is enlarged: small patches to about the size that published weights were trained on. */
  enlarge: z.literal([1, 2]).default(1),
});

/**
 * EfficientNet-Lite0 (Tan and Le 2019, arXiv 1905.11946, without squeeze-and-excitation and with ReLU6, as Google published it for
 * devices). Names and padding follow the published weights, so that these fit. With 1000 classes 4,652,008 trainable parameters.
 */
export function efficientNetLite(options: z.output<typeof EfficientNetLiteOptions>): BuiltModel {
  const g = new GraphBuilder({ name: 'efficientnet-lite0', seed: options.seed });
  const net: Network = { g, epsilon: EPSILON, channels: widthMultiplier(options.width, options.minChannels) };
  const small = door(g, options.inputSizePx, options.averageFactor);
  const image = options.enlarge === 1 ? small : upsampleLinear(g, 'enlarged', small, options.enlarge);
  let x = unit6(net, 'stem', image, { channels: STEM_CHANNELS, side: 3, stride: 2 });
  for (const [index, stage] of STAGES.entries())
    for (let block = 0; block < stage.blocks; block++)
      x = invertedBottleneck(net, `stage${index + 1}.block${block + 1}`, x, stage, block === 0 ? stage.stride : 1);
  classifierHead(g, unit6(net, 'head', x, { channels: HEAD_CHANNELS, side: 1, stride: 1 }), options.classes);
  return { model: g.build(), counts: g.counts };
}

/** MBConv (Sandler et al. 2018): widened by 1×1, filtered channel by channel, narrowed by 1×1; added to its input where the shapes agree. */
function invertedBottleneck(net: Network, name: string, x: Tensor, stage: StageKind, stride: 1 | 2): Tensor {
  const { g } = net;
  const given = imageShape('MBConv', x).channels;
  const { expansion, kernel: side } = stage;
  const exactly: Network = { ...net, channels: (count) => count };
  const wide =
    expansion === 1 ? x : unit6(exactly, `${name}.expand`, x, { channels: given * expansion, side: 1, stride: 1 });
  const filtered = depthwiseConv(g, `${name}.depthwise.conv`, wide, {
    ...{ kernel: [side, side], stride: [stride, stride], padding: samePadding(side, stride) },
  });
  const settled = batchNormalization(g, `${name}.depthwise.bn`, filtered, net.epsilon);
  const made = linearUnit(net, `${name}.project`, relu6(g, `${name}.depthwise.relu`, settled), {
    ...{ channels: stage.channels, kernel: [1, 1] },
  });
  return stride === 1 && imageShape('MBConv', made).channels === given ? add(g, `${name}.sum`, made, x) : made;
}

interface UnitShape {
  readonly channels: number;
  readonly side: 1 | 3;
  readonly stride: 1 | 2;
}

/** Convolution, batch normalisation, ReLU6. */
function unit6(net: Network, name: string, x: Tensor, { channels, side, stride }: UnitShape): Tensor {
  const made = linearUnit(net, name, x, {
    ...{ channels, kernel: [side, side], stride: [stride, stride], padding: samePadding(side, stride) },
  });
  return relu6(net.g, `${name}.relu`, made);
}

function relu6(g: GraphBuilder, name: string, x: Tensor): Tensor {
  return clip(g, name, x, 0, 6);
}

/** TensorFlow's padding of an image of even size: what stride 2 leaves uneven falls below and to the right. */
function samePadding(side: number, stride: 1 | 2): Padding {
  const before = Math.floor((side - stride) / 2);
  const after = side - stride - before;
  return [before, before, after, after];
}
