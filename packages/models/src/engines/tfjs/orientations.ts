import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { Tf } from './tensorflow.ts';

/** The mean of the answers to a batch [N, S, S, 3] in 8 orientations, as ../../orientations.ts has it in the graph. */
export async function averageAnswers(
  tf: Tf,
  batch: Tensor4D,
  run: (batch: Tensor) => Promise<Tensor>,
): Promise<Tensor> {
  const swapped = tf.transpose(batch, [0, 2, 1, 3]);
  const answers: Tensor[] = [];
  for (const base of [batch, swapped])
    for (const axes of [[], [1], [2], [1, 2]]) {
      const oriented = tf.reverse4d(base, axes);
      answers.push(await run(oriented));
      oriented.dispose();
    }
  const mean = tf.tidy(() => tf.mean(tf.stack(answers), 0));
  tf.dispose([swapped, ...answers]);
  return mean;
}
