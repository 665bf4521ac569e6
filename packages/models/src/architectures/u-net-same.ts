import type { z } from 'zod';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { BuiltModel } from './architecture.ts';
import { door } from './door.ts';
import { convUnit, type Network, widthMultiplier } from './layers.ts';
import { NetworkOptions } from './options.ts';
import { uShape } from './u-shape.ts';

const EPSILON = 1e-5;

export const UNetSameOptions = NetworkOptions.refine((o) => Math.ceil(o.inputSizePx / o.averageFactor) % 16 === 0, {
  error: 'a multiple of 16 behind the door, for four poolings',
  path: ['inputSizePx'],
});

/**
 * U-Net (Ronneberger et al. 2015, arXiv 1505.04597) as most train it today: padded convolutions, so that the output
 * is as large as the patch, each followed by batch normalisation (Ioffe and Szegedy 2015) instead of having a bias.
 * uint8 `patches` [N, S, S, 3] → `probabilities` [N, classes, S, S].
 */
export function uNetSame(options: z.output<typeof UNetSameOptions>): BuiltModel {
  const g = new GraphBuilder({ name: 'u-net-same', seed: options.seed });
  const channels = widthMultiplier(options.width, options.minChannels);
  // The levels' channels are scaled already where a unit gets them.
  const net: Network = { g, epsilon: EPSILON, channels: (scaled) => scaled };
  const unit = (name: string, x: ReturnType<typeof door>, count: number) =>
    convUnit(net, name, x, { channels: count, kernel: [3, 3], padding: [1, 1, 1, 1] });
  uShape(
    {
      g,
      channels,
      level: (name, x, count) => unit(`${name}.2`, unit(`${name}.1`, x, count), count),
      crop: (_name, skip) => skip,
      initial: () => ({}),
    },
    door(g, options.inputSizePx, options.averageFactor),
    options.classes,
  );
  return { model: g.build(), counts: g.counts };
}
