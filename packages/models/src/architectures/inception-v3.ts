import { GigascopeError } from '@gigascope/contracts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { averagePool, maxPool } from '../graph/ops/pooling.ts';
import { concat } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Pair } from '../graph/window.ts';
import type { ArchitectureOptions, BuiltModel } from './architecture.ts';
import { door } from './door.ts';
import { classifierHead, convUnit, type Network, widthMultiplier } from './layers.ts';

/** Batch normalisation's epsilon in the paper's and torchvision's network. */
const EPSILON = 1e-3;

/**
 * Inception V3 (Szegedy et al. 2015, arXiv 1512.00567) without its auxiliary head. The layers, their order and their
 * padding are torchvision's (`inception_v3`), average pools counting their padding as zeros. At width 1 with 1000
 * classes: 23,834,568 trainable parameters and 5.7 G multiply-adds at 299 px. The smallest image behind the door is
 * 75×75.
 */
export function inceptionV3(options: ArchitectureOptions): BuiltModel {
  if (!(options.width > 0 && options.classes >= 2))
    throw new GigascopeError('ARGUMENT_INVALID', `width ${options.width} with ${options.classes} classes`);
  const g = new GraphBuilder({ name: 'inception-v3', seed: options.seed });
  const net: Network = { g, epsilon: EPSILON, channels: widthMultiplier(options.width, options.minChannels) };
  let x = stem(net, door(g, options.inputSizePx, options.averageFactor));
  x = inceptionA(net, 'mixed5b', x, 32);
  x = inceptionA(net, 'mixed5c', x, 64);
  x = inceptionA(net, 'mixed5d', x, 64);
  x = inceptionB(net, 'mixed6a', x);
  x = inceptionC(net, 'mixed6b', x, 128);
  x = inceptionC(net, 'mixed6c', x, 160);
  x = inceptionC(net, 'mixed6d', x, 160);
  x = inceptionC(net, 'mixed6e', x, 192);
  x = inceptionD(net, 'mixed7a', x);
  x = inceptionE(net, 'mixed7b', x);
  x = inceptionE(net, 'mixed7c', x);
  classifierHead(g, x, options.classes);
  return { model: g.build(), counts: g.counts };
}

function stem(net: Network, features: Tensor): Tensor {
  let x = convUnit(net, 'stem.conv1a', features, { channels: 32, kernel: [3, 3], stride: [2, 2] });
  x = convUnit(net, 'stem.conv2a', x, { channels: 32, kernel: [3, 3] });
  x = convUnit(net, 'stem.conv2b', x, { channels: 64, kernel: [3, 3], padding: [1, 1, 1, 1] });
  x = shrinkingPool(net, 'stem.pool2b', x);
  x = convUnit(net, 'stem.conv3b', x, { channels: 80, kernel: [1, 1] });
  x = convUnit(net, 'stem.conv4a', x, { channels: 192, kernel: [3, 3] });
  return shrinkingPool(net, 'stem.pool4a', x);
}

/** The 35×35 module: 1×1, 5×5, double 3×3 and pool branches. */
function inceptionA(net: Network, name: string, x: Tensor, poolChannels: number): Tensor {
  const fives = square(net, `${name}.branch5x5.1`, x, 48, 1);
  const threes = square(net, `${name}.branch3x3dbl.1`, x, 64, 1);
  return concat(
    net.g,
    name,
    [
      square(net, `${name}.branch1x1`, x, 64, 1),
      square(net, `${name}.branch5x5.2`, fives, 64, 5),
      square(net, `${name}.branch3x3dbl.3`, square(net, `${name}.branch3x3dbl.2`, threes, 96, 3), 96, 3),
      pooled(net, `${name}.branchpool`, x, poolChannels),
    ],
    1,
  );
}

/** 35×35 to 17×17. */
function inceptionB(net: Network, name: string, x: Tensor): Tensor {
  let threes = square(net, `${name}.branch3x3dbl.1`, x, 64, 1);
  threes = square(net, `${name}.branch3x3dbl.2`, threes, 96, 3);
  return concat(
    net.g,
    name,
    [
      shrinking(net, `${name}.branch3x3`, x, 384),
      shrinking(net, `${name}.branch3x3dbl.3`, threes, 96),
      shrinkingPool(net, `${name}.branchpool`, x),
    ],
    1,
  );
}

/** The 17×17 module: 7×7 convolutions as 1×7 and 7×1, `middle` channels inside the branches. */
function inceptionC(net: Network, name: string, x: Tensor, middle: number): Tensor {
  let sevens = square(net, `${name}.branch7x7.1`, x, middle, 1);
  sevens = line(net, `${name}.branch7x7.2`, sevens, middle, [1, 7]);
  let doubles = square(net, `${name}.branch7x7dbl.1`, x, middle, 1);
  doubles = line(net, `${name}.branch7x7dbl.2`, doubles, middle, [7, 1]);
  doubles = line(net, `${name}.branch7x7dbl.3`, doubles, middle, [1, 7]);
  doubles = line(net, `${name}.branch7x7dbl.4`, doubles, middle, [7, 1]);
  return concat(
    net.g,
    name,
    [
      square(net, `${name}.branch1x1`, x, 192, 1),
      line(net, `${name}.branch7x7.3`, sevens, 192, [7, 1]),
      line(net, `${name}.branch7x7dbl.5`, doubles, 192, [1, 7]),
      pooled(net, `${name}.branchpool`, x, 192),
    ],
    1,
  );
}

/** 17×17 to 8×8. */
function inceptionD(net: Network, name: string, x: Tensor): Tensor {
  const threes = square(net, `${name}.branch3x3.1`, x, 192, 1);
  let sevens = square(net, `${name}.branch7x7x3.1`, x, 192, 1);
  sevens = line(net, `${name}.branch7x7x3.2`, sevens, 192, [1, 7]);
  sevens = line(net, `${name}.branch7x7x3.3`, sevens, 192, [7, 1]);
  return concat(
    net.g,
    name,
    [
      shrinking(net, `${name}.branch3x3.2`, threes, 320),
      shrinking(net, `${name}.branch7x7x3.4`, sevens, 192),
      shrinkingPool(net, `${name}.branchpool`, x),
    ],
    1,
  );
}

/** The 8×8 module, whose 3×3 branches end in a 1×3 and a 3×1 side by side. */
function inceptionE(net: Network, name: string, x: Tensor): Tensor {
  const threes = square(net, `${name}.branch3x3.1`, x, 384, 1);
  let doubles = square(net, `${name}.branch3x3dbl.1`, x, 448, 1);
  doubles = square(net, `${name}.branch3x3dbl.2`, doubles, 384, 3);
  return concat(
    net.g,
    name,
    [
      square(net, `${name}.branch1x1`, x, 320, 1),
      line(net, `${name}.branch3x3.2a`, threes, 384, [1, 3]),
      line(net, `${name}.branch3x3.2b`, threes, 384, [3, 1]),
      line(net, `${name}.branch3x3dbl.3a`, doubles, 384, [1, 3]),
      line(net, `${name}.branch3x3dbl.3b`, doubles, 384, [3, 1]),
      pooled(net, `${name}.branchpool`, x, 192),
    ],
    1,
  );
}

/** A k×k convolution that keeps the image's size. */
function square(net: Network, name: string, x: Tensor, channels: number, side: number): Tensor {
  return line(net, name, x, channels, [side, side]);
}

/** A convolution of any odd kernel that keeps the image's size. */
function line(net: Network, name: string, x: Tensor, channels: number, kernel: Pair): Tensor {
  const [v, h] = [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2];
  return convUnit(net, name, x, { channels, kernel, padding: [v, h, v, h] });
}

function shrinking(net: Network, name: string, x: Tensor, channels: number): Tensor {
  return convUnit(net, name, x, { channels, kernel: [3, 3], stride: [2, 2] });
}

function shrinkingPool(net: Network, name: string, x: Tensor): Tensor {
  return maxPool(net.g, name, x, { kernel: [3, 3], stride: [2, 2] });
}

function pooled(net: Network, name: string, x: Tensor, channels: number): Tensor {
  const mean = averagePool(net.g, `${name}.mean`, x, {
    kernel: [3, 3],
    stride: [1, 1],
    padding: [1, 1, 1, 1],
    countPadding: true,
  });
  return square(net, name, mean, channels, 1);
}
