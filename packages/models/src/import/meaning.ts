import type { ImportDetails } from '@gigascope/contracts';
import type { AnswerShape } from './answer-shape.ts';
import { refusal } from './image-input.ts';
import type { lastActivation } from './last-activation.ts';
import type { Trial } from './try-model.ts';

export type Meaning = 'logits' | 'probabilities';

/** How far the probabilities of one place may sum from 1. */
const TOLERANCE = 1e-3;

/**
 * Whether a model's output is logits or probabilities: as stated, by the activation that it comes from, or, where that is
 * hidden, because the values of the trial are from 0 to 1 and sum to 1. Throws MODEL_UNSUPPORTED for classes that do not
 * exclude each other.
 */
export function readMeaning(
  stated: ImportDetails['meaning'],
  activation: ReturnType<typeof lastActivation>,
  answer: AnswerShape,
  trial: Trial,
): Meaning {
  if (stated !== undefined) return stated;
  if (activation === 'Softmax') return 'probabilities';
  const isSigmoid = activation === 'Sigmoid' || activation === 'HardSigmoid';
  if (answer.outputs === 1) return isSigmoid ? 'probabilities' : 'logits';
  if (sumsToOne(trial, answer)) return 'probabilities';
  if (isSigmoid)
    throw refusal(
      `its ${answer.outputs} outputs end in a sigmoid: its classes do not exclude each other, as they must here`,
    );
  // Softmax of the logarithms of probabilities is those probabilities again.
  return 'logits';
}

function sumsToOne({ values, count }: Trial, answer: AnswerShape): boolean {
  const { outputs } = answer;
  const places = values.length / (count * outputs);
  const [acrossClasses, acrossPlaces] =
    answer.task === 'segment' && answer.layout === 'NHWC' ? [1, outputs] : [places, 1];
  for (let patch = 0; patch < count; patch++)
    for (let place = 0; place < places; place++) {
      let sum = 0;
      for (let c = 0; c < outputs; c++) {
        const value = values[patch * outputs * places + c * acrossClasses + place * acrossPlaces] as number;
        if (value < 0) return false;
        sum += value;
      }
      if (Math.abs(sum - 1) > TOLERANCE) return false;
    }
  return true;
}
