import { GigascopeError } from '@gigascope/contracts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { softmax } from '../graph/ops/activation.ts';
import { gemm } from '../graph/ops/dense.ts';
import { averagePool, maxPool } from '../graph/ops/pooling.ts';
import { concat, crop, reshape, transpose } from '../graph/ops/shape.ts';
import { BATCH, type Tensor } from '../graph/tensor.ts';
import type { Pair } from '../graph/window.ts';
import { type ArchitectureOptions, type BuiltModel, LOGITS, PROBABILITIES } from './architecture.ts';
import { door, latticeDoor } from './door.ts';
import { convUnit, type Network, widthMultiplier } from './layers.ts';

const EPSILON = 1e-3;
/** The field of 71 averaged pixels begins here in the patch's 74, so that its centre is the cell's to 1 px. */
const FIELD_BEGINS = 2;
/** One step of the last module over what the ones before leave, which lies 8 averaged pixels apart: 32, a cell of 128 px. */
const LAST_STRIDE: Pair = [4, 4];

/**
 * Inception V3 (Szegedy et al. 2015, arXiv 1512.00567) without padding, for dense inference: every output sees 71×71
 * averaged pixels and nothing else, and outputs lie 32 averaged pixels = 128 px apart. On a patch of 299 px there is one;
 * on a square of 299 + 128 · (k − 1) px there are k × k, the same as those of the k² patches, because no value depends
 * on a border. Padding is what would make them differ.
 *
 * 71 px are too few for all modules of the paper unpadded. Kept are the stem up to its last convolution, one 35×35 module,
 * the reduction after it, and of the 8×8 module the branches whose field is 3×3, whose stride is the lattice's step.
 * Branches with a smaller field than their neighbours are cropped to the same middle.
 *
 * `probabilities` is [N · k², classes], row by row. Takes patches of 299 px behind an average of 4, or what that leaves of them, 75 px
 * at a quarter of the resolution, as they are; anything else is ARGUMENT_INVALID.
 */
export function inceptionV3Unpadded(options: ArchitectureOptions): BuiltModel {
  const { averageFactor, classes, inputSizePx, minChannels, seed, width } = options;
  if (inputSizePx !== (averageFactor === 4 ? 299 : 75))
    throw new GigascopeError('ARGUMENT_INVALID', 'the unpadded network takes 299 px behind a 4×4 average, or 75 px');
  const g = new GraphBuilder({ name: 'inception-v3-unpadded', seed });
  const net: Network = { g, epsilon: EPSILON, channels: widthMultiplier(width, minChannels) };
  const features = averageFactor === 4 ? latticeDoor(g, inputSizePx, 4) : door(g, inputSizePx, 1);
  let x = crop(g, 'field', features, FIELD_BEGINS, 0);
  x = stem(net, x);
  x = inceptionA(net, 'mixed5', x);
  x = reduction(net, 'mixed6', x);
  x = lastModule(net, 'mixed7', x);
  cellHead(g, x, classes);
  return { model: g.build(), counts: g.counts };
}

/** Field 23, step 4. */
function stem(net: Network, features: Tensor): Tensor {
  let x = unit(net, 'stem.conv1a', features, 32, 3, [2, 2]);
  x = unit(net, 'stem.conv2a', x, 32, 3);
  x = unit(net, 'stem.conv2b', x, 64, 3);
  x = maxPool(net.g, 'stem.pool2b', x, { kernel: [3, 3], stride: [2, 2] });
  x = unit(net, 'stem.conv3b', x, 80, 1);
  return unit(net, 'stem.conv4a', x, 192, 3);
}

/** 1×1, 5×5, double 3×3 and pool branches; field 39, step 4. */
function inceptionA(net: Network, name: string, x: Tensor): Tensor {
  const fives = unit(net, `${name}.branch5x5.1`, x, 48, 1);
  const threes = unit(net, `${name}.branch3x3dbl.1`, x, 64, 1);
  const mean = averagePool(net.g, `${name}.mean`, x, { kernel: [3, 3], stride: [1, 1], countPadding: false });
  const { g } = net;
  return concat(
    g,
    name,
    [
      unit(net, `${name}.branch1x1`, crop(g, `${name}.crop1x1`, x, 2, 2), 64, 1),
      unit(net, `${name}.branch5x5.2`, fives, 64, 5),
      unit(net, `${name}.branch3x3dbl.3`, unit(net, `${name}.branch3x3dbl.2`, threes, 96, 3), 96, 3),
      unit(net, `${name}.branchpool`, crop(g, `${name}.croppool`, mean, 1, 1), 64, 1),
    ],
    1,
  );
}

/** The reduction from 35×35 to 17×17; field 55, step 8. */
function reduction(net: Network, name: string, x: Tensor): Tensor {
  const { g } = net;
  const middle = crop(g, `${name}.crop`, x, 1, 1);
  const threes = unit(net, `${name}.branch3x3dbl.2`, unit(net, `${name}.branch3x3dbl.1`, x, 64, 1), 96, 3);
  return concat(
    g,
    name,
    [
      unit(net, `${name}.branch3x3`, middle, 384, 3, [2, 2]),
      unit(net, `${name}.branch3x3dbl.3`, threes, 96, 3, [2, 2]),
      maxPool(g, `${name}.branchpool`, middle, { kernel: [3, 3], stride: [2, 2] }),
    ],
    1,
  );
}

/** The 8×8 module's branches of field 3×3; field 71, step 32. */
function lastModule(net: Network, name: string, x: Tensor): Tensor {
  const { g } = net;
  const threes = unit(net, `${name}.branch3x3.1`, x, 384, 1);
  const mean = averagePool(g, `${name}.mean`, x, { kernel: [3, 3], stride: LAST_STRIDE, countPadding: false });
  return concat(
    g,
    name,
    [
      unit(net, `${name}.branch1x1`, crop(g, `${name}.crop1x1`, x, 1, 1), 320, 1, LAST_STRIDE),
      unit(net, `${name}.branch3x3.2`, threes, 384, 3, LAST_STRIDE),
      unit(net, `${name}.branchpool`, mean, 192, 1),
    ],
    1,
  );
}

/** The same fully connected layer at every place: [N, C, k, k] → `logits` → `probabilities` [N · k², classes]. */
function cellHead(g: GraphBuilder, x: Tensor, classes: number): void {
  const channels = x.shape[1] as number;
  const cells = reshape(g, 'head.cells', transpose(g, 'head.places', x, [0, 2, 3, 1]), [BATCH, channels]);
  g.output(softmax(g, PROBABILITIES, gemm(g, 'fc', cells, classes, LOGITS), 1));
}

function unit(net: Network, name: string, x: Tensor, channels: number, side: number, stride: Pair = [1, 1]): Tensor {
  return convUnit(net, name, x, { channels, kernel: [side, side], stride });
}
