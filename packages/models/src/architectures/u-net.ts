import { z } from 'zod';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { relu } from '../graph/ops/activation.ts';
import { conv } from '../graph/ops/convolution.ts';
import { centreCrop } from '../graph/ops/slice.ts';
import { imageShape, type Tensor } from '../graph/tensor.ts';
import type { BuiltModel } from './architecture.ts';
import { door, greyDoor } from './door.ts';
import { widthMultiplier } from './layers.ts';
import { NetworkOptions } from './options.ts';
import { type UShape, uShape } from './u-shape.ts';

/** The smallest patch of which four poolings and unpadded convolutions leave something. */
const SMALLEST_PX = 188;

export const UNetOptions = NetworkOptions.extend({
  averageFactor: z.literal(1).default(1),
  /** 1: the door turns the patch grey, as the paper's images are. */
  channels: z.literal([1, 3]).default(3),
}).refine((o) => o.inputSizePx >= SMALLEST_PX && o.inputSizePx % 16 === 12, {
  error: 'at least 188 and 12 more than a multiple of 16',
  path: ['inputSizePx'],
});

/**
 * U-Net as published (Ronneberger et al. 2015, arXiv 1505.04597): unpadded 3×3 convolutions with ReLU and without
 * batch normalisation, skips cropped to their middle. uint8 `patches` [N, S, S, 3] → `probabilities`
 * [N, classes, S − 184, S − 184], 572 to 388. With 1 channel and 2 classes 31,030,658 parameters.
 *
 * Tiles joined side by side are what one large input gives (overlap-tile, figure 2), provided that all origins lie on
 * one lattice of 16 px, because poolings pair up pixels by their place: so for 572 a step of 384 and not of 388.
 */
export function uNet(options: z.output<typeof UNetOptions>): BuiltModel {
  const g = new GraphBuilder({ name: 'u-net', seed: options.seed });
  // Section 3: Gaussian weights of standard deviation √(2 / N), N a neuron's incoming connections.
  const initial = (fanIn: number) => ({ deviation: Math.sqrt(2 / fanIn) });
  const layer = (name: string, x: Tensor, channels: number) => {
    const fanIn = 9 * imageShape('U-Net', x).channels;
    return relu(
      g,
      `${name}.relu`,
      conv(g, `${name}.conv`, x, { channels, kernel: [3, 3], bias: true, ...initial(fanIn) }),
    );
  };
  const net: UShape = {
    g,
    channels: widthMultiplier(options.width, options.minChannels),
    level: (name, x, channels) => layer(`${name}.2`, layer(`${name}.1`, x, channels), channels),
    crop: (name, skip, like) => centreCrop(g, name, skip, imageShape('U-Net', like)),
    initial,
  };
  const features = options.channels === 1 ? greyDoor(g, options.inputSizePx) : door(g, options.inputSizePx, 1);
  uShape(net, features, options.classes);
  return { model: g.build(), counts: g.counts };
}
