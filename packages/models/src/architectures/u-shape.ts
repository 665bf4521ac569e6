import type { GraphBuilder } from '../graph/graph-builder.ts';
import { softmax } from '../graph/ops/activation.ts';
import { upConv } from '../graph/ops/conv-transpose.ts';
import { conv } from '../graph/ops/convolution.ts';
import type { Initial } from '../graph/ops/initial.ts';
import { maxPool } from '../graph/ops/pooling.ts';
import { concat } from '../graph/ops/shape.ts';
import { imageShape, type Tensor } from '../graph/tensor.ts';
import { LOGITS, PROBABILITIES } from './architecture.ts';

/** The paper's channels from the first level down to the last above the bottom, and at the bottom. */
const LEVELS = [64, 128, 256, 512] as const;
const BOTTOM = 1024;

/** How one U-Net differs from another. */
export interface UShape {
  readonly g: GraphBuilder;
  /** The paper's channels to this network's. */
  channels(paper: number): number;
  /** The two convolutions of a level, both with `channels` channels. */
  level(name: string, x: Tensor, channels: number): Tensor;
  /** A skip made as large as what comes up from below. */
  crop(name: string, skip: Tensor, like: Tensor): Tensor;
  /** How a layer that sees `fanIn` numbers begins. */
  initial(fanIn: number): Initial;
}

/**
 * Four levels down (`down1` …, `pool1` …), `bottom`, four up (`up4.conv`, `joined4`, `right4` …), then a 1×1
 * convolution `head.conv` to `logits` and `probabilities` [N, classes, S, S].
 */
export function uShape(net: UShape, features: Tensor, classes: number): void {
  const { g } = net;
  const skips: Tensor[] = [];
  let x = features;
  for (const [i, paper] of LEVELS.entries()) {
    const skip = net.level(`down${i + 1}`, x, net.channels(paper));
    skips.push(skip);
    x = maxPool(g, `pool${i + 1}`, skip, { kernel: [2, 2], stride: [2, 2] });
  }
  x = net.level('bottom', x, net.channels(BOTTOM));
  for (const [i, skip] of [...skips.entries()].reverse()) {
    const below = imageShape('U-Net', x).channels;
    const { channels } = imageShape('U-Net', skip);
    const up = upConv(g, `up${i + 1}.conv`, x, { channels, factor: 2, ...net.initial(below) });
    const joined = concat(g, `joined${i + 1}`, [net.crop(`crop${i + 1}`, skip, up), up], 1);
    x = net.level(`right${i + 1}`, joined, channels);
  }
  const last = imageShape('U-Net', x).channels;
  const head = { channels: classes, kernel: [1, 1], bias: true, output: LOGITS, ...net.initial(last) } as const;
  g.output(softmax(g, PROBABILITIES, conv(g, 'head.conv', x, head), 1));
}
