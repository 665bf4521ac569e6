import type { GraphBuilder } from '../graph-builder.ts';
import type { Tensor } from '../tensor.ts';

export interface Initial {
  /** Standard deviation of Gaussian initial weights; without it they begin by He's rule. */
  readonly deviation?: number;
}

/** Adds a layer's weights, as its options want them to begin. */
export function initialWeights(
  g: GraphBuilder,
  name: string,
  shape: readonly number[],
  fanIn: number,
  { deviation }: Initial,
): Tensor {
  return deviation === undefined ? g.heWeights(name, shape, fanIn) : g.gaussianWeights(name, shape, deviation);
}
