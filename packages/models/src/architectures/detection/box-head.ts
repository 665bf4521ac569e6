import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { relu } from '../../graph/ops/activation.ts';
import { gemm } from '../../graph/ops/dense.ts';
import { flatten } from '../../graph/ops/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';

interface BoxHead {
  /** `box_logits` [regions, 1 + classes], the background first. */
  readonly logits: Tensor;
  /** `box_deltas` [regions, 4 · (1 + classes)]. */
  readonly deltas: Tensor;
}

/** Two fully connected layers and, from them, each region's class and its deltas per class (Lin et al. 2017, section 4.2). */
export function boxHead(g: GraphBuilder, features: Tensor, channels: number, classes: number): BoxHead {
  const dense = (name: string, x: Tensor) => relu(g, `${name}.relu`, gemm(g, name, x, channels, `${name}.sum`));
  const seen = dense('box.fc7', dense('box.fc6', flatten(g, 'box.flat', features)));
  // Girshick 2015 (arXiv 1504.08083, section 2.3) begins both so.
  return {
    logits: gemm(g, 'box.logits', seen, 1 + classes, 'box_logits', { deviation: 0.01 }),
    deltas: gemm(g, 'box.deltas', seen, 4 * (1 + classes), 'box_deltas', { deviation: 0.001 }),
  };
}
