import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { add } from '../../graph/ops/arithmetic.ts';
import { where } from '../../graph/ops/compare.ts';
import { gatherNd } from '../../graph/ops/gather.ts';
import { concat, reshape } from '../../graph/ops/shape.ts';
import { BATCH, type Open, type Tensor } from '../../graph/tensor.ts';
import { decode, halves, largeEnough } from './boxes.ts';
import type { Pyramid } from './fpn.ts';
import { type LevelTop, levelTops } from './level-tops.ts';
import type { DetectorSettings } from './settings.ts';
import { best, REJECTED, suppress } from './suppression.ts';

/** Narrower or lower proposals are dropped, as torchvision does. */
const SMALLEST_PX = 1e-3;

/** The regions of all images that the box head looks at. */
export interface Regions {
  /** float32 [regions, 4] in patch pixels. */
  readonly boxes: Tensor;
  /** int64 [regions, 2]: image, and rank among its regions. */
  readonly slots: Tensor;
}

/**
 * Region proposals (Ren et al. 2015, arXiv 1506.01497) over a pyramid: the top anchors of each level, decoded and
 * suppressed within their level, and of all that remain the `postNms` best of each image.
 */
export function propose(g: GraphBuilder, pyramid: Pyramid, settings: DetectorSettings): Regions {
  const tops = levelTops(g, pyramid, settings);
  const total = tops.reduce((sum, { k }) => sum + k, 0);
  const all = (what: 'scores' | 'deltas' | 'anchors') => {
    const parts = tops.map((top) => top[what]);
    return concat(g, `proposals.${what}`, parts, 1); // [N, total, …]
  };
  const [centre, size] = halves(g, 'proposals.anchor', all('anchors'));
  const boxes = decode(g, 'proposals.boxes', all('deltas'), { centre, size }, settings.inputSizePx);
  const rejected = g.weights('proposals.none', [1], Float32Array.of(REJECTED), 'constant');
  const real = largeEnough(g, 'proposals.real', boxes, SMALLEST_PX);
  const scores = where(g, 'proposals.real_scores', real, all('scores'), rejected);
  const count: Open = { name: 'regions', most: Math.min(settings.postNms, total) };
  const kept = suppress(g, 'proposals.kept', boxes, byLevel(g, scores, tops, total), {
    iou: settings.proposalIou,
    most: settings.postNms,
  });
  const { places, slots } = best(g, 'proposals.best', kept, count.most, count);
  return { boxes: gatherNd(g, 'regions', boxes, places), slots };
}

/** Scores [N, total] as [N, levels, total], rejected in every level but their own. */
function byLevel(g: GraphBuilder, scores: Tensor, tops: readonly LevelTop[], total: number): Tensor {
  const elsewhere = Float32Array.from({ length: tops.length * total }, () => REJECTED);
  let start = 0;
  for (const [level, { k }] of tops.entries()) {
    elsewhere.fill(0, level * total + start, level * total + start + k);
    start += k;
  }
  const penalty = g.weights('proposals.elsewhere', [tops.length, total], elsewhere, 'constant');
  const row = reshape(g, 'proposals.row', scores, [BATCH, 1, total]);
  return add(g, 'proposals.by_level', row, penalty);
}
