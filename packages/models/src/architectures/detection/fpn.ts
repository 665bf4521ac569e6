import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { add } from '../../graph/ops/arithmetic.ts';
import { conv } from '../../graph/ops/convolution.ts';
import { maxPool } from '../../graph/ops/pooling.ts';
import { upsampleNearest } from '../../graph/ops/resize.ts';
import { imageShape, type Tensor } from '../../graph/tensor.ts';
import type { Stages } from '../resnet.ts';

/** The pyramid's levels, finest first, by the names that trainers look for. */
export const LEVELS = ['p2', 'p3', 'p4', 'p5', 'pool'] as const;
type Level = (typeof LEVELS)[number];
export type Pyramid = Readonly<Record<Level, Tensor>>;

/**
 * A feature pyramid (Lin et al. 2017, arXiv 1612.03144): each stage's maps through a 1×1 convolution
 * `fpn.inner.<level>` plus the coarser level's, enlarged, then through a 3×3 convolution `fpn.layer.<level>` to
 * `fpn.<level>` [N, channels, S / 4 … S / 32]. `fpn.pool` is every second pixel of `fpn.p5`, for proposals only.
 */
export function featurePyramid(g: GraphBuilder, stages: Stages, channels: number): Pyramid {
  const layer = (name: string, x: Tensor, side: number, output?: string) =>
    conv(g, name, x, {
      channels,
      kernel: [side, side],
      padding: side === 1 ? [0, 0, 0, 0] : [1, 1, 1, 1],
      bias: true,
      // No ReLU follows, so the variance needs no doubling.
      deviation: Math.sqrt(1 / (side * side * imageShape('FPN', x).channels)),
      ...(output === undefined ? {} : { output }),
    });
  const inner = (level: Level, stage: Tensor) => layer(`fpn.inner.${level}`, stage, 1);
  const merged = (level: Level, stage: Tensor, above: Tensor) =>
    add(g, `fpn.sum.${level}`, inner(level, stage), upsampleNearest(g, `fpn.up.${level}`, above, 2));
  const smoothed = (level: Level, sum: Tensor) => layer(`fpn.layer.${level}`, sum, 3, `fpn.${level}`);

  const s5 = inner('p5', stages.c5);
  const s4 = merged('p4', stages.c4, s5);
  const s3 = merged('p3', stages.c3, s4);
  const s2 = merged('p2', stages.c2, s3);
  const p5 = smoothed('p5', s5);
  return {
    p2: smoothed('p2', s2),
    p3: smoothed('p3', s3),
    p4: smoothed('p4', s4),
    p5,
    pool: maxPool(g, 'fpn.pool', p5, { kernel: [1, 1], stride: [2, 2] }),
  };
}
