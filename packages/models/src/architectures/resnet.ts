import type { z } from 'zod';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { relu } from '../graph/ops/activation.ts';
import { add } from '../graph/ops/arithmetic.ts';
import { maxPool } from '../graph/ops/pooling.ts';
import { imageShape, type Tensor } from '../graph/tensor.ts';
import type { BuiltModel } from './architecture.ts';
import { door } from './door.ts';
import { classifierHead, convUnit, linearUnit, type Network, widthMultiplier } from './layers.ts';
import type { NetworkOptions } from './options.ts';

const EPSILON = 1e-5;
const STAGE_CHANNELS = [64, 128, 256, 512] as const;

type Block = (net: Network, name: string, x: Tensor, channels: number, stride: number) => Tensor;

/** What tells one ResNet from another. */
export interface ResNetKind {
  readonly name: string;
  /** Blocks of the stages c2 to c5. */
  readonly blocks: readonly [number, number, number, number];
  readonly block: Block;
}

export const RESNET_18: ResNetKind = { name: 'resnet-18', blocks: [2, 2, 2, 2], block: basicBlock };
export const RESNET_50: ResNetKind = { name: 'resnet-50', blocks: [3, 4, 6, 3], block: bottleneck };

/**
 * ResNet (He et al. 2015, arXiv 1512.03385) as a classifier; a bottleneck halves the image in its 3×3 convolution, as
 * torchvision's does. With 1000 classes 11,689,512 trainable parameters (18 layers) and 25,557,032 (50 layers).
 */
export function resNet(kind: ResNetKind): (options: z.output<typeof NetworkOptions>) => BuiltModel {
  return (options) => {
    const g = new GraphBuilder({ name: kind.name, seed: options.seed });
    const { c5 } = resNetStages(kind, g, door(g, options.inputSizePx, options.averageFactor), options);
    classifierHead(g, c5, options.classes);
    return { model: g.build(), counts: g.counts };
  };
}

/** The last maps of the four stages, at 1/4, 1/8, 1/16 and 1/32 of the image's size, rounded up. */
export interface Stages {
  readonly c2: Tensor;
  readonly c3: Tensor;
  readonly c4: Tensor;
  readonly c5: Tensor;
}

/** The network without its classifier. */
export function resNetStages(
  kind: ResNetKind,
  g: GraphBuilder,
  features: Tensor,
  options: { readonly width: number; readonly minChannels: number },
): Stages {
  const net: Network = { g, epsilon: EPSILON, channels: widthMultiplier(options.width, options.minChannels) };
  const begin = { channels: 64, kernel: [7, 7], stride: [2, 2], padding: [3, 3, 3, 3] } as const;
  const stem = convUnit(net, 'stem', features, begin);
  const pooled = maxPool(g, 'stem.pool', stem, { kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1] });
  const stage = (index: 0 | 1 | 2 | 3, x: Tensor) => {
    let y = x;
    for (let block = 0; block < kind.blocks[index]; block++) {
      const stride = block === 0 && index > 0 ? 2 : 1;
      y = kind.block(net, `stage${index + 2}.block${block + 1}`, y, STAGE_CHANNELS[index], stride);
    }
    return y;
  };
  const c2 = stage(0, pooled);
  const c3 = stage(1, c2);
  const c4 = stage(2, c3);
  return { c2, c3, c4, c5: stage(3, c4) };
}

function basicBlock(net: Network, name: string, x: Tensor, channels: number, stride: number): Tensor {
  const first = convUnit(net, `${name}.1`, x, square(channels, 3, stride));
  return joined(net, name, linearUnit(net, `${name}.2`, first, square(channels, 3, 1)), x, channels, stride);
}

function bottleneck(net: Network, name: string, x: Tensor, channels: number, stride: number): Tensor {
  const narrow = convUnit(net, `${name}.1`, x, square(channels, 1, 1));
  const middle = convUnit(net, `${name}.2`, narrow, square(channels, 3, stride));
  const wide = 4 * channels;
  return joined(net, name, linearUnit(net, `${name}.3`, middle, square(wide, 1, 1)), x, wide, stride);
}

/** ReLU of what a block made plus what it was given, which a 1×1 convolution fits in where the shapes differ. */
function joined(net: Network, name: string, made: Tensor, x: Tensor, channels: number, stride: number): Tensor {
  const fits = stride === 1 && imageShape('ResNet', x).channels === net.channels(channels);
  const shortcut = fits ? x : linearUnit(net, `${name}.shortcut`, x, square(channels, 1, stride));
  return relu(net.g, `${name}.out`, add(net.g, `${name}.sum`, made, shortcut));
}

/** A k×k convolution that only its stride makes smaller. */
function square(channels: number, side: number, stride: number) {
  const p = (side - 1) / 2;
  return { channels, kernel: [side, side], stride: [stride, stride], padding: [p, p, p, p] } as const;
}
