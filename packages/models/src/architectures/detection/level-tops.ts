import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { relu } from '../../graph/ops/activation.ts';
import { convFilters, sharedConv } from '../../graph/ops/convolution.ts';
import { gather, gatherNd } from '../../graph/ops/gather.ts';
import { reshape, transpose } from '../../graph/ops/shape.ts';
import { topK } from '../../graph/ops/top-k.ts';
import { imageShape, type Tensor } from '../../graph/tensor.ts';
import { levelAnchors, RATIOS } from './anchors.ts';
import { LEVELS, type Pyramid } from './fpn.ts';
import type { DetectorSettings } from './settings.ts';

/** Ren et al. 2015, section 3.1.3. */
const DEVIATION = 0.01;

/** The top of one level: logits [N, k], deltas and anchors [N, k, 4]. */
export interface LevelTop {
  readonly scores: Tensor;
  readonly deltas: Tensor;
  readonly anchors: Tensor;
  readonly k: number;
}

/**
 * The `preNms` best anchors of each level, by a network that all levels share (Ren et al. 2015, arXiv 1506.01497): a 3×3
 * convolution `rpn.conv`, then `rpn.objectness.<level>` [N, 3, h, w] and `rpn.deltas.<level>` [N, 12, h, w].
 */
export function levelTops(g: GraphBuilder, pyramid: Pyramid, settings: DetectorSettings): LevelTop[] {
  const { channels } = imageShape('RPN', pyramid.p2);
  const filters = (name: string, out: number, side: number) =>
    convFilters(g, name, channels, { channels: out, kernel: [side, side], bias: true, deviation: DEVIATION });
  const shared = filters('rpn.conv', channels, 3);
  const objectnessFilters = filters('rpn.objectness', RATIOS.length, 1);
  const deltaFilters = filters('rpn.deltas', RATIOS.length * 4, 1);
  return LEVELS.map((level, index) => {
    const seen = sharedConv(g, `rpn.conv.${level}`, pyramid[level], shared, { padding: [1, 1, 1, 1] });
    const active = relu(g, `rpn.relu.${level}`, seen);
    const objectness = sharedConv(g, `rpn.objectness.${level}`, active, objectnessFilters);
    const deltas = sharedConv(g, `rpn.deltas.${level}`, active, deltaFilters);
    const { batch, height: side } = imageShape('RPN', objectness);
    const anchors = side * side * RATIOS.length;
    // [N, 3 · numbers, side, side] → [N, anchors, numbers], ratios innermost.
    const flat = (x: Tensor, shape: readonly number[]) =>
      reshape(g, `${x.name}.flat`, transpose(g, `${x.name}.last`, x, [0, 2, 3, 1]), [batch, ...shape]);
    const k = Math.min(settings.preNms, anchors);
    const { values, places } = topK(g, `proposals.${level}.top`, flat(objectness, [anchors]), k);
    const indices = reshape(g, `proposals.${level}.places`, places, [batch, k, 1]);
    const made = levelAnchors(settings.anchorSizesPx[index] ?? Number.NaN, settings.inputSizePx, side);
    const constant = g.weights(`anchors.${level}`, [anchors, 4], made, 'constant');
    return {
      scores: values,
      deltas: gatherNd(g, `proposals.${level}.deltas`, flat(deltas, [anchors, 4]), indices, 1),
      anchors: gather(g, `proposals.${level}.anchors`, constant, places, 0),
      k,
    };
  });
}
