import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { mul, sub } from '../../graph/ops/arithmetic.ts';
import { and, greaterOrEqual, less } from '../../graph/ops/compare.ts';
import { gather, gatherNd } from '../../graph/ops/gather.ts';
import { nonZero } from '../../graph/ops/non-zero.ts';
import { roiAlign } from '../../graph/ops/roi-align.ts';
import { concat, reshape } from '../../graph/ops/shape.ts';
import { type Dimension, imageShape, type Open, type Tensor } from '../../graph/tensor.ts';
import type { Pyramid } from './fpn.ts';
import type { Regions } from './proposals.ts';

/** What the trainer feeds the box head with: float32 [regions, channels, 7, 7]. */
const ROI_FEATURES = 'roi_features';
const POOLED_PX = 7;
const SAMPLES = 2;
const POOLED_LEVELS = ['p2', 'p3', 'p4', 'p5'] as const;
/** The side of ImageNet's images, whose regions come from p4, and what keeps rounding from moving one down a level. */
const [CANONICAL_PX, CANONICAL_LEVEL, SLACK] = [224, 4, 1e-6];

interface PooledRegions extends Regions {
  readonly features: Tensor;
}

/**
 * RoIAlign of each region from the level that its size asks for, k = ⌊4 + log₂(√(w · h) / 224)⌋ within 2 … 5 (Lin et
 * al. 2017, equation 1). Regions come out level by level, whatever order they had, and their boxes and slots with them.
 */
export function poolRegions(g: GraphBuilder, pyramid: Pyramid, regions: Regions, patchPx: number): PooledRegions {
  const count = regions.boxes.shape[0] as Dimension;
  const area = areas(g, regions.boxes, count);
  const parts = POOLED_LEVELS.map((level, index) => {
    const ofLevel: Open = { name: `regions.${level}`, most: 1 };
    const mask = within(g, `regions.${level}.mask`, area, index);
    const rows = nonZero(g, `regions.${level}.rows`, mask, ofLevel);
    const boxes = gatherNd(g, `regions.${level}.boxes`, regions.boxes, rows);
    const slots = gatherNd(g, `regions.${level}.slots`, regions.slots, rows);
    const image = gather(g, `regions.${level}.image`, slots, g.integers(`regions.${level}.zero`, [0]), 1);
    const features = roiAlign(g, `regions.${level}.features`, pyramid[level], {
      regions: boxes,
      images: reshape(g, `regions.${level}.images`, image, [ofLevel]),
      scale: imageShape('RoiAlign', pyramid[level]).width / patchPx,
      sizePx: POOLED_PX,
      samples: SAMPLES,
    });
    return { boxes, features, slots };
  });
  const all = (name: string, of: (part: PooledRegions) => Tensor) => concat(g, name, parts.map(of), 0, count);
  return {
    boxes: all('regions.pooled', (part) => part.boxes),
    slots: all('regions.pooled_slots', (part) => part.slots),
    features: all(ROI_FEATURES, (part) => part.features),
  };
}

function areas(g: GraphBuilder, boxes: Tensor, count: Dimension): Tensor {
  const column = (name: string, index: number) =>
    gather(g, `regions.${name}`, boxes, g.integers(`regions.${name}.column`, [index]), 1);
  const width = sub(g, 'regions.width', column('x1', 2), column('x0', 0));
  const height = sub(g, 'regions.height', column('y1', 3), column('y0', 1));
  return reshape(g, 'regions.area', mul(g, 'regions.product', width, height), [count]);
}

/** Whether a region of this area belongs to the level; comparisons of areas, since logarithms differ between machines. */
function within(g: GraphBuilder, name: string, area: Tensor, index: number): Tensor {
  const smallest = (level: number) => (CANONICAL_PX * 2 ** (level + 2 - CANONICAL_LEVEL - SLACK)) ** 2;
  const limit = (which: string, value: number) =>
    g.weights(`${name}.${which}`, [1], Float32Array.of(value), 'constant');
  const last = index === POOLED_LEVELS.length - 1;
  const below = () => less(g, `${name}.below`, area, limit('end', smallest(index + 1)));
  if (index === 0) return below();
  const above = greaterOrEqual(g, `${name}.above`, area, limit('begin', smallest(index)));
  return last ? above : and(g, name, above, below());
}
