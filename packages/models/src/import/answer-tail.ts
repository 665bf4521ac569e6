import { PROBABILITIES } from '../architectures/architecture.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { softmax } from '../graph/ops/activation.ts';
import { cast, sub } from '../graph/ops/arithmetic.ts';
import { concat, reshape, transpose } from '../graph/ops/shape.ts';
import { BATCH, type Tensor } from '../graph/tensor.ts';
import type { ModelProto } from '../onnx/generated/onnx-ml_pb.js';
import type { AnswerShape, Coverage } from './answer-shape.ts';
import { matMul, resizeWeights, transposed } from './resize-weights.ts';

export const TAIL_PREFIX = 'answer.';
/** The model's own output as float32, before anything else is done to it. */
export const RAW_ANSWER = `${TAIL_PREFIX}raw`;

/** Only the cast to float32: what a model is tried out with. Its shape is the run's to tell. */
export function buildRawTail(output: string): ModelProto {
  const g = new GraphBuilder({ name: 'tail', seed: 0 });
  g.output(cast(g, RAW_ANSWER, { name: output, dtype: 'float32', shape: [BATCH] }, 'float32'));
  return g.build();
}

/**
 * What stands behind a model made elsewhere: turns its output into `probabilities` [N, classes] or [N, classes, side, side].
 * A single output p becomes the two classes 1 − p and p.
 */
export function buildAnswerTail(
  output: string,
  answer: AnswerShape,
  meaning: 'logits' | 'probabilities',
  coverage: Coverage | null,
): ModelProto {
  const g = new GraphBuilder({ name: 'tail', seed: 0 });
  const values = arranged(g, output, answer, coverage);
  if (answer.outputs === 1) g.output(twoClasses(g, meaning === 'logits' ? sigmoid(g, values) : values));
  else if (meaning === 'probabilities') g.output(identity(g, values));
  else g.output(softmaxOverClasses(g, values));
  return g.build();
}

/** [N, C] or [N, C, side, side]. */
function arranged(g: GraphBuilder, output: string, answer: AnswerShape, coverage: Coverage | null): Tensor {
  const { outputs } = answer;
  const raw = (shape: Tensor['shape']) => cast(g, RAW_ANSWER, { name: output, dtype: 'float32', shape }, 'float32');
  if (answer.task === 'classify') return reshape(g, 'answer.classes', raw([BATCH, outputs]), [BATCH, outputs]);
  const { layout, sidePx } = answer;
  const planes =
    layout === 'NHWC'
      ? transpose(g, 'answer.planes', raw([BATCH, sidePx, sidePx, outputs]), [0, 3, 1, 2])
      : reshape(g, 'answer.planes', raw([BATCH, outputs, sidePx, sidePx]), [BATCH, outputs, sidePx, sidePx]);
  if (coverage?.isResized !== true) return planes;
  const to = coverage.outputSizePx;
  const weights = resizeWeights(sidePx, to);
  const down = g.weights('answer.resize.y', [to, sidePx], weights, 'constant');
  const across = g.weights('answer.resize.x', [sidePx, to], transposed(weights, to, sidePx), 'constant');
  const wide = matMul(g, 'answer.wide', planes, across, [BATCH, outputs, sidePx, to]);
  return matMul(g, 'answer.sized', down, wide, [BATCH, outputs, to, to]);
}

function sigmoid(g: GraphBuilder, x: Tensor): Tensor {
  return g.node({ op: 'Sigmoid', name: 'answer.sigmoid', inputs: [x], dtype: 'float32', shape: x.shape });
}

function twoClasses(g: GraphBuilder, p: Tensor): Tensor {
  const one = g.weights('answer.one', [1], Float32Array.of(1), 'constant');
  return concat(g, PROBABILITIES, [sub(g, 'answer.other', one, p), p], 1);
}

function identity(g: GraphBuilder, x: Tensor): Tensor {
  return g.node({ op: 'Identity', name: PROBABILITIES, inputs: [x], dtype: 'float32', shape: x.shape });
}

/** Over the last axis, where Softmax means the same before operator set 13, which flattened what follows the axis, and since. */
function softmaxOverClasses(g: GraphBuilder, x: Tensor): Tensor {
  if (x.shape.length === 2) return softmax(g, PROBABILITIES, x, 1);
  const pixels = softmax(g, 'answer.softmax', transpose(g, 'answer.pixels', x, [0, 2, 3, 1]), 3);
  return transpose(g, PROBABILITIES, pixels, [0, 3, 1, 2]);
}
